#include "tests/workload/trace/spell_request.h"

namespace hitbench {
namespace {

using testing::ElementsAre;

TEST(KlogReader, ReadsPelikansAndTwemcachesLines) {
  EXPECT_THAT(all_of(make_klog_reader,
                     "- - [01/Dec/2026:00:45:02 +0000] \"get user:7\" 0 0\n"
                     "10.0.0.1:5312 - [01/Dec/2026:00:45:02 +0000] \"gets user:7\" 1 0\r\n"
                     "[01/Dec/2026:02:45:03 +0200] \"set user:7 0 3600 120\" 5 8\n"
                     "- - [01/Dec/2026:00:45:03 +0000] \"get user:7\" 4 149\n"
                     "- - [01/Dec/2026:00:45:04 +0000] \"cas user:7 0 0 120 77\" 6 8\n"
                     "- - [01/Dec/2026:00:45:05 +0000] \"incr n 3\" 12 3\n"
                     "- - [01/Dec/2026:00:45:06 +0000] \"delete user:7\" 7 9\n"
                     "- - [01/Dec/2026:00:45:06 +0000] \"hget user:7 name\" 4 9\n"),
              ElementsAre("@1796085902 read 'user:7' missed", "@1796085902 read 'user:7' missed",
                          "@1796085903 write 'user:7' value 120 ttl 3600", "@1796085903 read 'user:7' found",
                          "@1796085904 write 'user:7' value 120", "@1796085905 modify 'n'",
                          "@1796085906 erase 'user:7'", "@1796085906 'user:7' without operation hget"));
}

TEST(KlogReader, TakesALongExpiryForADate) {
  EXPECT_THAT(all_of(make_klog_reader,
                     "[01/Dec/2026:00:45:02 +0000] \"set a 0 1796085962 1\" 5 8\n"
                     "[01/Dec/2026:00:45:02 +0000] \"set a 0 1696085962 1\" 5 8\n"
                     "[01/Dec/2026:00:45:02 +0000] \"set a 0 -1 1 noreply\" 5 0\n"),
              ElementsAre("@1796085902 write 'a' value 1 ttl 60", "@1796085902 write 'a' value 1",
                          "@1796085902 write 'a' value 1"));
}

TEST(KlogReader, TellsOtherLines) {
  EXPECT_THAT(all_of(make_klog_reader,
                     "\nx\n[01/Dec/2026:00:45:02 +0000] \"get\" 0 0\n[01/Foo/2026:00:45:02 +0000] \"get a\" 0 0\n"
                     "[01/Dec/2026:00:45:02 +0000] \"get a\" 0\n[01/Dec/2026:00:45:02 +0000] \"set a 0\" 5 8\n"
                     "- - [01/Dec/2026:00:45:02 +0000] \"get us"),
              ElementsAre("t:1: no [time] and \"command\"", "t:2: no [time] and \"command\"", "t:3: no key",
                          "t:4: not a time", "t:5: no status and length of the reply",
                          "t:6: no flags, expiry and size behind the key", "t:7: cut off: no [time] and \"command\""));
}

}  // namespace
}  // namespace hitbench
