#include "base/units.h"

#include <gtest/gtest.h>

namespace hitbench {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(Units, ReadsDurationsOfEveryUnit) {
  EXPECT_EQ(parse_duration("7ns"), Duration(7));
  EXPECT_EQ(parse_duration("250us"), microseconds(250));
  EXPECT_EQ(parse_duration("250µs"), microseconds(250));
  EXPECT_EQ(parse_duration("5ms"), milliseconds(5));
  EXPECT_EQ(parse_duration("1.5ms"), microseconds(1500));
  EXPECT_EQ(parse_duration("2 s"), seconds(2));
  EXPECT_EQ(parse_duration("0s"), Duration(0));
  EXPECT_EQ(parse_duration("10m"), minutes(10));
  EXPECT_EQ(parse_duration("10min"), minutes(10));
  EXPECT_EQ(parse_duration("1h"), hours(1));
}

TEST(Units, RefusesWhatIsNoDuration) {
  for (const char* text : {"", "5", "ms", "-1s", "1.s", ".5s", "1.5.5s", "5 parsecs", "1.5ns", "5MS", "1e3s",
                           "9999999h", "99999999999999999999s"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Units, PrintsDurationsWithThreeDigits) {
  EXPECT_EQ(format_duration(Duration(0)), "0 ns");
  EXPECT_EQ(format_duration(Duration(250)), "250 ns");
  EXPECT_EQ(format_duration(microseconds(88)), "88.0 µs");
  EXPECT_EQ(format_duration(Duration(999'499)), "999 µs");
  EXPECT_EQ(format_duration(Duration(999'500)), "1.00 ms");
  EXPECT_EQ(format_duration(microseconds(2100)), "2.10 ms");
  EXPECT_EQ(format_duration(microseconds(9994)), "9.99 ms");
  EXPECT_EQ(format_duration(Duration(9'996'000)), "10.0 ms");
  EXPECT_EQ(format_duration(seconds(90)), "90.0 s");
  EXPECT_EQ(format_duration(minutes(5)), "5.00 min");
  EXPECT_EQ(format_duration(hours(3)), "3.00 h");
  EXPECT_EQ(format_duration(-milliseconds(5)), "-5.00 ms");
  EXPECT_EQ(format_duration(kForever), "forever");
}

TEST(Units, SpellsDurationsExactly) {
  EXPECT_EQ(spell_duration(Duration(0)), "0s");
  EXPECT_EQ(spell_duration(microseconds(250)), "250us");
  EXPECT_EQ(spell_duration(Duration(1500)), "1500ns");
  EXPECT_EQ(spell_duration(milliseconds(1500)), "1500ms");
  EXPECT_EQ(spell_duration(seconds(60)), "1min");
  EXPECT_EQ(spell_duration(hours(24)), "24h");
  EXPECT_EQ(spell_duration(kForever), "none");
  for (const Duration duration : {Duration(1), Duration(123'456'789'012), Duration(seconds(90))}) {
    EXPECT_EQ(parse_duration(spell_duration(duration)), duration);
  }
}

TEST(Units, ReadsSizes) {
  EXPECT_EQ(parse_size("100"), 100);
  EXPECT_EQ(parse_size("100B"), 100);
  EXPECT_EQ(parse_size("4k"), 4000);
  EXPECT_EQ(parse_size("1KB"), 1000);
  EXPECT_EQ(parse_size("1KiB"), 1024);
  EXPECT_EQ(parse_size("64MiB"), 67108864);
  EXPECT_EQ(parse_size("1.5MiB"), 1572864);
  EXPECT_EQ(parse_size("2GiB"), 2147483648);
  EXPECT_EQ(parse_size("1TB"), 1'000'000'000'000);
  for (const char* text : {"", "MiB", "-1", "1.5", "1 potato", "1e6", "99999999TiB"}) {
    EXPECT_EQ(parse_size(text), std::nullopt) << text;
  }
}

TEST(Units, PrintsSizes) {
  EXPECT_EQ(format_size(0), "0 B");
  EXPECT_EQ(format_size(100), "100 B");
  EXPECT_EQ(format_size(1536), "1.50 KiB");
  EXPECT_EQ(format_size(67108864), "64.0 MiB");
  EXPECT_EQ(format_size(1048575), "1.00 MiB");
}

TEST(Units, ReadsAndPrintsCounts) {
  EXPECT_EQ(parse_count("100000"), 100000);
  EXPECT_EQ(parse_count("100k"), 100000);
  EXPECT_EQ(parse_count("1.5M"), 1500000);
  EXPECT_EQ(parse_count("1e6"), 1000000);
  EXPECT_EQ(parse_count("2e4"), 20000);
  EXPECT_EQ(parse_count("1e5"), 100000);
  EXPECT_EQ(parse_count("1G"), 1000000000);
  EXPECT_EQ(parse_count("1.5"), std::nullopt);
  EXPECT_EQ(parse_count("many"), std::nullopt);
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1000), "1,000");
  EXPECT_EQ(format_count(1234567), "1,234,567");
  EXPECT_EQ(format_count(-123456.4), "-123,456");
}

TEST(Share, HasTwoDigitsAtLeastAndNoPowersOfTen) {
  EXPECT_EQ(format_share(0), "0.0 %");
  EXPECT_EQ(format_share(0.918), "91.8 %");
  EXPECT_EQ(format_share(0.9985), "99.9 %");
  EXPECT_EQ(format_share(0.01), "1.0 %");
  EXPECT_EQ(format_share(0.00996), "1.0 %");
  EXPECT_EQ(format_share(0.0025), "0.25 %");
  EXPECT_EQ(format_share(0.0004), "0.04 %");
  EXPECT_EQ(format_share(0.00001), "0.001 %");
  EXPECT_EQ(format_share(2.4e-8), "<0.001 %");
}

TEST(Units, RatesAreSeparatedForPeopleAndPlainInScenarios) {
  EXPECT_EQ(format_rate(83'300), "83,300");
  EXPECT_EQ(format_rate(52.42), "52.4");
  EXPECT_EQ(spell_rate(83'300), "83300");
  EXPECT_EQ(spell_rate(52.42), "52.42");
}

}  // namespace
}  // namespace hitbench
