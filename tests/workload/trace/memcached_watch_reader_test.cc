// The lines are those of a memcached 1.6.18, but for deletions, which it does not have.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/workload/trace/read_out.h"

namespace hitbench {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> watched_requests(const std::string& content) {
  return all_requests(*make_memcached_watch_reader(trace_input(content)));
}

std::string get(uint64_t gid, const std::string& key, int connection = 25) {
  return "ts=1796085909.5 gid=" + std::to_string(gid) + " type=item_get key=" + key +
         " status=found clsid=1 cfd=" + std::to_string(connection) + " size=5\n";
}

std::string set(uint64_t gid, const std::string& key, int connection = 25) {
  return "ts=1796085909.5 gid=" + std::to_string(gid) + " type=item_store key=" + key +
         " status=stored cmd=set ttl=0 clsid=1 cfd=" + std::to_string(connection) + " size=5\n";
}

// Operation and key.
std::vector<std::string> short_watched_requests(const std::string& content) {
  std::vector<std::string> texts;
  const auto reader = make_memcached_watch_reader(trace_input(content));
  for (Request request; reader->next(request) == Got::request;) {
    texts.push_back((request.operation == Action::read ? "get " : "set ") + std::string(request.key));
  }
  return texts;
}

TEST(MemcachedWatchReader, GivesWhatClientsAskedFor) {
  EXPECT_THAT(
      watched_requests("ts=1796085909.27696 gid=2 type=item_get key=foo status=not_found clsid=0 cfd=25 size=0\n"
                       "ts=1796085909.48937 gid=3 type=item_get key=foo status=not_found clsid=0 cfd=25 size=0\n"
                       "ts=1796085909.48962 gid=4 type=item_store key=foo status=stored cmd=set ttl=60 clsid=1 cfd=25 "
                       "size=5\n"
                       "ts=1796085909.68275 gid=5 type=item_get key=foo status=found clsid=1 cfd=25 size=5\n"),
      ElementsAre("1796085909027696000 item_get read foo absent", "1796085909048962000 set write foo value=5 ttl=1min",
                  "1796085909068275000 item_get read foo found value=5"));
}

TEST(MemcachedWatchReader, ReadsMicrosecondsThatAreNotPadded) {
  const std::string rest = " gid=2 type=item_get key=a status=expired clsid=0 cfd=25 size=0\n";
  EXPECT_THAT(watched_requests("ts=1796085909.5" + rest), ElementsAre("1796085909000005000 item_get read a absent"));
  EXPECT_THAT(watched_requests("ts=1796085909.500000" + rest),
              ElementsAre("1796085909500000000 item_get read a absent"));
}

TEST(MemcachedWatchReader, DecodesKeys) {
  EXPECT_THAT(
      short_watched_requests(get(1, "a%2Cb%25") + get(2, "%FF%FE") + get(3, "%") + get(4, "%2") + get(5, "%zz")),
      ElementsAre("get a,b%", "get \xff\xfe", "get %", "get %2", "get %zz"));
}

TEST(MemcachedWatchReader, DropsTheLookUpOfAStoreOnly) {
  EXPECT_THAT(short_watched_requests(get(1, "a") + get(2, "a") + set(3, "a")), ElementsAre("get a", "set a"));
  EXPECT_THAT(short_watched_requests(get(1, "a") + get(2, "b") + set(3, "a")), ElementsAre("get b", "set a"));
  EXPECT_THAT(short_watched_requests(get(1, "b") + set(2, "a")), ElementsAre("get b", "set a"));
  EXPECT_THAT(short_watched_requests(get(1, "a", 26) + set(2, "a", 25)), ElementsAre("get a", "set a"));
}

// Two threads, each of whose lines are in order.
TEST(MemcachedWatchReader, SortsTheLinesOfSeveralThreads) {
  std::string first, second;
  std::vector<std::string> expected;
  for (uint64_t gid = 1; gid < 3000; gid += 3) {
    const std::string key = std::to_string(gid);
    first += get(gid, key, 25) + set(gid + 2, key, 25);
    second += get(gid + 1, "other", 26);
    expected.insert(expected.end(), {"get other", "set " + key});
  }
  EXPECT_EQ(short_watched_requests(second + first), expected);
  EXPECT_EQ(short_watched_requests(first + second), expected);
}

TEST(MemcachedWatchReader, GivesALineThatIsMuchTooLateAsItComes) {
  std::string lines, key;
  for (uint64_t gid = 10; gid < 40'000; ++gid) lines += get(gid, "a");
  const std::vector<std::string> keys =
      short_watched_requests(lines + get(30'000 - 10'000, "late") + get(40'000, "last"));
  EXPECT_EQ(keys.size(), 39'992U);
  EXPECT_EQ(std::count(keys.begin(), keys.end(), "get late"), 1);
  EXPECT_EQ(keys.back(), "get last");
}

TEST(MemcachedWatchReader, TakesRecordingsOneBehindTheOther) {
  const std::string one = get(5, "a") + get(6, "b"), late = get(90'000'000, "x") + get(90'000'001, "y");
  EXPECT_THAT(short_watched_requests(one + one), ElementsAre("get a", "get b", "get a", "get b"));
  EXPECT_THAT(short_watched_requests(late + one + late),
              ElementsAre("get x", "get y", "get a", "get b", "get x", "get y"));
}

TEST(MemcachedWatchReader, LeavesOutWhatWasNotStored) {
  EXPECT_THAT(watched_requests(
                  "ts=1796085909.169837 gid=13 type=item_get key=foo status=found clsid=1 cfd=25 size=5\n"
                  "ts=1796085909.169839 gid=14 type=item_store key=foo status=not_stored cmd=add ttl=0 clsid=1 cfd=25 "
                  "size=1\n"
                  "ts=1796085909.478518 gid=32 type=item_get key=n status=found clsid=1 cfd=25 size=1\n"
                  "ts=1796085909.478520 gid=33 type=item_store key=n status=exists cmd=cas ttl=0 clsid=1 cfd=25 "
                  "size=1\n"),
              ElementsAre("1796085909169839000 add write foo value=1 left out: status not_stored",
                          "1796085909478520000 cas write n value=1 left out: status exists"));
}

// 1.6.18 logs it with a wild cfd, and removes the old value afterwards.
TEST(MemcachedWatchReader, DropsTheLookUpOfAValueThatWasTooLarge) {
  EXPECT_THAT(
      watched_requests("ts=1796085909.550199 gid=37 type=item_store key=big status=too_large cmd=set ttl=0 clsid=25 "
                       "cfd=-1902007648 size=0\n"
                       "ts=1796085909.550205 gid=38 type=item_get key=big status=not_found clsid=0 cfd=25 size=0\n"
                       "ts=1796085909.632893 gid=39 type=item_get key=big status=not_found clsid=0 cfd=25 size=0\n"),
      ElementsAre("1796085909550199000 set write big value=0 left out: status too_large",
                  "1796085909632893000 item_get read big absent"));
}

TEST(MemcachedWatchReader, KnowsThatANegativeTtlHasExpired) {
  EXPECT_THAT(
      watched_requests("ts=1796085909.498828 gid=35 type=item_store key=neg status=stored cmd=set ttl=4294967233 "
                       "clsid=1 cfd=25 size=1\n"),
      ElementsAre("1796085909498828000 set write neg value=1 ttl=0s"));
}

TEST(MemcachedWatchReader, DropsTheLookUpOfADeletion) {
  EXPECT_THAT(watched_requests(get(1, "a") + get(2, "a") +
                               "ts=1796085909.7 gid=3 type=deleted key=a cmd=delete clsid=1 size=5\n"),
              ElementsAre("1796085909000005000 item_get read a found value=5", "1796085909000007000 delete erase a"));
}

TEST(MemcachedWatchReader, LeavesOutOtherStreams) {
  EXPECT_THAT(watched_requests("ts=1796085909.7 gid=3 type=eviction key=a fetch=yes ttl=-1 la=60 clsid=1 size=100\n"
                               "ts=1796085909.8 gid=4 type=conn_new rip=127.0.0.1 rport=50000 transport=tcp cfd=25\n"),
              ElementsAre("1796085909000007000 eviction - a value=100 left out: eviction",
                          "1796085909000008000  - left out: another stream"));
}

TEST(MemcachedWatchReader, CountsWhatMemcachedSkipped) {
  const auto reader = make_memcached_watch_reader(
      trace_input("OK\r\n" + get(1, "a") + "skipped=12345\n" + get(12'347, "b") + "skipped=5\n"));
  EXPECT_EQ(all_requests(*reader).size(), 2U);
  EXPECT_EQ(reader->lost(), 12'350U);
}

TEST(MemcachedWatchReader, TellsWhatIsNoLineOfItAndGoesOn) {
  for (const auto& [line, why] : std::vector<std::pair<std::string, std::string>>{
           {"", "no time"},
           {"foo", "a field without ="},
           {"ts=1796085909 gid=2 type=item_get key=a", "no time"},
           {"ts=1796085909.1000000 gid=2 type=item_get key=a", "no time"},
           {"ts=1796085909.5 type=item_get key=a", "no gid"},
           {"ts=1796085909.5 gid=18446744073709551615 type=item_get key=a", "no gid"},
           {"ts=1796085909.5 gid=2 key=a", "no type"},
           {"ts=1796085909.5 gid=2 type=item_get key=", "no key"},
           {"skipped=x", "no count of what was skipped"}}) {
    EXPECT_THAT(watched_requests(line + "\n" + get(3, "a")),
                ElementsAre("trace.txt:1: " + why, "1796085909000005000 item_get read a found value=5"));
  }
}

TEST(MemcachedWatchReader, SaysWhereEachRequestIs) {
  const auto reader = make_memcached_watch_reader(trace_input("OK\n" + get(3, "b") + get(2, "a") + get(4, "c")));
  std::vector<std::string> places;
  for (Request request; reader->next(request) == Got::request;) places.push_back(reader->where());
  EXPECT_THAT(places, ElementsAre("trace.txt:3", "trace.txt:2", "trace.txt:4"));
}

TEST(MemcachedWatchReader, HasNothingInAnEmptyFile) { EXPECT_THAT(watched_requests(""), IsEmpty()); }

}  // namespace
}  // namespace hitbench
