#include "metrics/environment.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace hitbench {
namespace {

using nlohmann::json;

constexpr std::chrono::system_clock::time_point kDate{std::chrono::milliseconds(1'750'000'000'250)};

// A machine made of files.
class Machine : public testing::Test {
 protected:
  Machine() {
    std::string pattern = testing::TempDir() + "hitbench-machine-XXXXXX";
    root_ = mkdtemp(pattern.data());
  }
  ~Machine() override { std::filesystem::remove_all(root_); }

  void put(const std::string& path, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(root_ + path).parent_path());
    std::ofstream(root_ + path) << text;
  }
  json environment() { return json::parse(environment_json({{"hiredis", "0.14.1"}}, kDate, root_)); }

  std::string root_;
};

TEST_F(Machine, IsDescribed) {
  put("/proc/cpuinfo", "processor\t: 0\nmodel name\t: Fast CPU 3000\nflags\t\t: fpu hypervisor sse4_2\n");
  put("/proc/meminfo", "MemTotal:        2048 kB\nMemFree: 1 kB\n");
  put("/proc/loadavg", "0.50 1.25 2.00 1/100 4242\n");
  put("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
  put("/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
  put("/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
  put("/sys/class/dmi/id/sys_vendor", "QEMU\n");
  const json out = environment();
  EXPECT_EQ(out["cpu"]["model"], "Fast CPU 3000");
  EXPECT_EQ(out["cpu"]["governor"], "performance");
  EXPECT_EQ(out["cpu"]["cgroup_cores"], nullptr);
  EXPECT_GE(out["cpu"]["usable_cores"], 1);
  EXPECT_EQ(out["memory"]["total_bytes"], 2048 * 1024);
  EXPECT_EQ(out["memory"]["transparent_hugepages"], "madvise");
  EXPECT_EQ(out["clocksource"], "tsc");
  EXPECT_EQ(out["virtualisation"], "virtual machine (QEMU)");
  EXPECT_EQ(out["load_average"], json({0.5, 1.25, 2.0}));
  EXPECT_EQ(out["libraries"]["hiredis"], "0.14.1");
  EXPECT_EQ(out["started_unix_s"], 1'750'000'000.25);
}

TEST_F(Machine, IsLimitedByTheNarrowestOfItsCgroups) {
  put("/proc/self/cgroup", "0::/user/box\n");
  put("/sys/fs/cgroup/user/box/cpu.max", "max 100000\n");
  put("/sys/fs/cgroup/user/cpu.max", "150000 100000\n");
  put("/sys/fs/cgroup/user/box/memory.max", "1048576\n");
  put("/sys/fs/cgroup/user/memory.max", "max\n");
  const json out = environment();
  EXPECT_EQ(out["cpu"]["cgroup_cores"], 1.5);
  EXPECT_EQ(out["memory"]["cgroup_bytes"], 1'048'576);
}

TEST_F(Machine, ThatTellsNothingIsUnknown) {
  const json out = environment();
  EXPECT_EQ(out["cpu"]["model"], nullptr);
  EXPECT_EQ(out["memory"]["total_bytes"], nullptr);
  EXPECT_EQ(out["virtualisation"], nullptr);
  EXPECT_TRUE(out["load_average"].empty());
  const MachineSample sample = sample_machine(root_);
  EXPECT_FALSE(sample.total_ticks);
  EXPECT_FALSE(sample.psi_cpu_us);
  EXPECT_EQ(steal_between(sample, sample), std::nullopt);
  EXPECT_EQ(psi_between(sample, sample, std::chrono::seconds(1)), std::nullopt);
}

TEST_F(Machine, IsWarnedOfWhereItsClockIsSlow) {
  const std::string source = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
  EXPECT_EQ(clock_warning(root_), "") << "nothing is known";
  put("/proc/cpuinfo", "processor\t: 0\nvendor_id\t: AuthenticAMD\n");
  put(source, "tsc\n");
  EXPECT_EQ(clock_warning(root_), "");
  put(source, "hpet\n");
  EXPECT_THAT(clock_warning(root_), testing::StartsWith("the clock source is hpet, not tsc: "));
  put("/proc/cpuinfo", "processor\t: 0\nCPU implementer\t: 0x41\n");
  put(source, "arch_sys_counter\n");
  EXPECT_EQ(clock_warning(root_), "") << "the only one there";
}

TEST_F(Machine, TellsWhatOthersTookOfItsTime) {
  put("/proc/stat", "cpu  100 0 50 800 10 0 5 35 7 0\ncpu0 1 2 3\n");
  put("/proc/pressure/cpu", "some avg10=1.00 avg60=0.00 avg300=0.00 total=1000000\nfull avg10=0.00 total=0\n");
  const MachineSample before = sample_machine(root_);
  EXPECT_EQ(before.steal_ticks, 35);
  EXPECT_EQ(before.total_ticks, 1000);
  put("/proc/stat", "cpu  150 0 50 800 10 0 5 85 7 0\n");
  put("/proc/pressure/cpu", "some avg10=1.00 avg60=0.00 avg300=0.00 total=1500000\n");
  const MachineSample after = sample_machine(root_);
  EXPECT_EQ(steal_between(before, after), 0.5);
  EXPECT_EQ(psi_between(before, after, std::chrono::seconds(2)), 0.25);
  EXPECT_EQ(steal_between(before, before), std::nullopt);
  EXPECT_EQ(psi_between(before, after, Duration{0}), std::nullopt);
}

TEST(Environment, NamesTheProgram) {
  EXPECT_THAT(version_text(), testing::MatchesRegex("hitbench [0-9]+\\.[0-9]+\\.[0-9]+ \\(git .+\\)"));
  const json out = json::parse(environment_json({}, kDate));
  EXPECT_THAT(version_text(), testing::HasSubstr(out["hitbench"]["version"].get<std::string>()));
  EXPECT_THAT(out["hitbench"]["compiler"].get<std::string>(), testing::MatchesRegex("(GNU|Clang) .+"));
  EXPECT_TRUE(out["kernel"].get<std::string>().starts_with("Linux "));
}

TEST(Environment, TakesTheCommand) {
  const json out = json::parse(with_command(environment_json({}, kDate), "hitbench run 'a b.json'"));
  EXPECT_EQ(out["command"], "hitbench run 'a b.json'");
  EXPECT_TRUE(out.contains("cpu"));
  EXPECT_EQ(json::parse(with_command("", "hitbench gate"))["command"], "hitbench gate");
}

TEST(Environment, LeavesTheHostsNameOut) {
  char name[256] = {};
  ASSERT_EQ(gethostname(name, sizeof name - 1), 0);
  const json out = json::parse(environment_json({}, kDate));
  for (const auto& [key, value] : out.items()) EXPECT_NE(value, json(std::string(name))) << key;
  EXPECT_FALSE(out.contains("host"));
}

}  // namespace
}  // namespace hitbench
