#include "workload/trace/log_time.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace hitbench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// 10 Oct 2000, 20:55:36 UTC, as `date -u -d @971211336` says.
constexpr seconds kTime(971211336);

void expect_time(std::string_view text, Duration expected, bool has_fraction) {
  const std::optional<LogTime> time = parse_log_time(text);
  ASSERT_TRUE(time) << text;
  EXPECT_EQ(time->since_1970, expected) << text;
  EXPECT_EQ(time->has_fraction, has_fraction) << text;
}

TEST(LogTime, ReadsTheSpellingsOfServers) {
  expect_time("10/Oct/2000:13:55:36 -0700", kTime, false);
  expect_time("10/Oct/2000:20:55:36", kTime, false);
  expect_time("10/Oct/2000:20:55:36.250 +0000", kTime + milliseconds(250), true);
  expect_time("2000-10-10T22:55:36+02:00", kTime, false);
  expect_time("2000-10-10T20:55:36.000Z", kTime, true);
  expect_time("2000-10-10 20:55:36", kTime, false);
  expect_time("971211336", kTime, false);
  expect_time("971211336.5", kTime + milliseconds(500), true);
  expect_time("0.5", milliseconds(500), true);
}

TEST(LogTime, TellsTheUnitOfANumberByItsSize) {
  expect_time("971211336250", kTime + milliseconds(250), true);
  expect_time("971211336250000", kTime + milliseconds(250), true);
  expect_time("971211336250000000", kTime + milliseconds(250), true);
}

// Central Europe puts its clocks back on 29 Oct 2000 at 01:00 UTC: 02:30 is there twice.
TEST(LogTime, KeepsTheHourApartThatIsThereTwice) {
  expect_time("29/Oct/2000:02:30:00 +0200", seconds(972779400), false);
  expect_time("29/Oct/2000:02:30:00 +0100", seconds(972783000), false);
}

TEST(LogTime, DoesNotDependOnTheTimeZoneOfTheMachine) {
  const char* const before = std::getenv("TZ");
  const std::string kept = before == nullptr ? "" : before;
  setenv("TZ", "Asia/Tokyo", 1);
  tzset();
  expect_time("10/Oct/2000:20:55:36", kTime, false);
  before == nullptr ? unsetenv("TZ") : setenv("TZ", kept.c_str(), 1);
  tzset();
}

TEST(LogTime, KnowsLeapYears) {
  EXPECT_EQ(parse_log_date("29/Feb/2000"), seconds(951782400));
  EXPECT_EQ(parse_log_date("2000/02/29"), seconds(951782400));
  EXPECT_FALSE(parse_log_date("2001-02-29"));
  EXPECT_FALSE(parse_log_date("2100-02-29"));
}

TEST(LogTime, RefusesWhatIsNone) {
  for (const std::string_view text : {"",
                                      "-",
                                      "x",
                                      "10/Okt/2000:13:55:36",
                                      "10/Oct/2000",
                                      "10/Oct/2000:",
                                      "10/Oct/2000:24:00:00",
                                      "10/Oct/2000:13:60:00",
                                      "10/Oct/2000:13:55:36 +",
                                      "10/Oct/2000:13:55:36 CET",
                                      "31/Apr/2000:00:00:00",
                                      "00/Oct/2000:13:55:36",
                                      "1969-12-31T23:59:59Z",
                                      "9999-12-31T23:59:59Z",
                                      "2000-10-10T20:55:36.Z",
                                      "-5",
                                      "18446744073709551616",
                                      "9300000000000000000",
                                      "1e400",
                                      "12:00:00",
                                      "2000-10-10T20:55:36+02:00x"}) {
    EXPECT_FALSE(parse_log_time(text)) << text;
  }
}

TEST(LogTime, ReadsNumbersOfAUnit) {
  EXPECT_EQ(parse_log_number("0.123", seconds(1)), milliseconds(123));
  EXPECT_EQ(parse_log_number("1.5", milliseconds(1)), std::chrono::microseconds(1500));
  EXPECT_EQ(parse_log_number("0.0000000019", seconds(1)), Duration(1));
  EXPECT_EQ(parse_log_number("7.9", Duration(1)), Duration(7));
  EXPECT_EQ(parse_log_number("2.5e-05", seconds(1)), std::chrono::microseconds(25));
  for (const std::string_view text : {"", "-", "-1", "1s", "1e", "e5", "99999999999999999999", "9300000000", "1e300"}) {
    EXPECT_FALSE(parse_log_number(text, seconds(1))) << text;
  }
}

TEST(LogTime, ReadsATimeOfDay) {
  EXPECT_EQ(parse_log_clock("01:02:03.5")->since_1970, seconds(3723) + milliseconds(500));
  EXPECT_FALSE(parse_log_clock("01:02"));
}

}  // namespace
}  // namespace hitbench
