#include "tests/workload/trace/spell_request.h"

namespace hitbench {
namespace {

using testing::ElementsAre;

TEST(ArcReader, GivesARequestForEachBlock) {
  EXPECT_THAT(all_of(make_arc_reader, "84950 3 0 7\n7 1 0 8\r\n  8\t1 0 9"),
              ElementsAre("'84950'", "'84951'", "'84952'", "'7'", "'8'"));
}

TEST(ArcReader, TellsLinesThatAreNone) {
  EXPECT_THAT(
      all_of(make_arc_reader,
             "1 0 0 1\n1 1000001 0 1\n9999999999999999999 1 0 1\n99999999999999999999 1 0 1\n\n1 -1 0 1\n1 1 0\n"
             "1 1 0 1 1\n5 1 0 1\n1 1 "),
      ElementsAre("t:1: not 1 to 1,000,000 requests for keys below 2^62",
                  "t:2: not 1 to 1,000,000 requests for keys below 2^62",
                  "t:3: not 1 to 1,000,000 requests for keys below 2^62", "t:4: not four numbers",
                  "t:5: not four numbers", "t:6: not four numbers", "t:7: not four numbers", "t:8: not four numbers",
                  "'5'", "t:10: cut off"));
}

TEST(LirsReader, SkipsStarsAndBlankLines) {
  EXPECT_THAT(all_of(make_lirs_reader, "*\n007\r\n\n 18446744073709551615 \n*\nx\n-1\n18446744073709551616\n3"),
              ElementsAre("'7'", "'18446744073709551615'", "t:6: not a number", "t:7: not a number",
                          "t:8: not a number", "'3'"));
}

}  // namespace
}  // namespace hitbench
