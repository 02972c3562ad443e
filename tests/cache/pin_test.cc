// "pin": where a private server runs.
#include <gmock/gmock.h>
#include <sched.h>

#include "io/cpus.h"
#include "tests/cache/servers_fixture.h"

namespace hitbench {
namespace {

using testing::HasSubstr;

Params pinned(Kind kind, const std::string& pin) {
  Params params = params_for(kind);
  params.put("pin", pin);
  return params;
}

// Of the process that answers; by its threads, since each has CPUs of its own.
std::vector<int> cpus_of_threads(Backend& backend) {
  std::set<int> cpus;
  for (const auto& [thread, time] : backend.thread_times().value_or(ThreadTimes{}).threads) {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(thread, sizeof set, &set) != 0) continue;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(static_cast<size_t>(cpu), &set)) cpus.insert(cpu);
    }
  }
  return {cpus.begin(), cpus.end()};
}

TEST(Pin, KeepsAPrivateServerOnItsCpus) {
  const int last = allowed_cpus().back();
  for (const Kind kind : {Kind::redis, Kind::memcached}) {
    if (const std::string why = missing(kind); !why.empty()) GTEST_SKIP() << why;
    const std::unique_ptr<Backend> backend = make(kind, pinned(kind, std::to_string(last)));
    backend->start();
    if (!backend->thread_times()) GTEST_SKIP() << "this kernel keeps no account of threads";
    EXPECT_EQ(cpus_of_threads(*backend), std::vector{last}) << name_of(kind);
    const std::unique_ptr<Backend> anywhere = make(kind, params_for(kind));
    anywhere->start();
    EXPECT_EQ(cpus_of_threads(*anywhere), allowed_cpus()) << name_of(kind);
  }
}

std::string refusal(const Params& params) {
  try {
    make(Kind::redis, params);
  } catch (const Error& error) {
    EXPECT_EQ(error.cause(), Error::Cause::usage);
    return std::string(error.what()) + ": " + error.remedy();
  }
  return "";
}

TEST(Pin, IsRefusedWhereItCannotBe) {
  if (const std::string why = missing(Kind::redis); !why.empty()) GTEST_SKIP() << why;
  EXPECT_EQ(refusal(pinned(Kind::redis, "zero")),
            "redis: pin: \"zero\" is not a list of CPUs: write it like \"0\" or \"0-1,3\"");
  EXPECT_THAT(
      refusal(pinned(Kind::redis, "1023")),
      HasSubstr("CPU 1023 is not there, or hitbench may not use it: choose among " + cpus_text(allowed_cpus())));
  Params users = pinned(Kind::redis, "0");
  users.put("address", std::string("redis://127.0.0.1:1"));
  EXPECT_THAT(refusal(users), HasSubstr("is for a private server, but \"address\" names yours"));
}

}  // namespace
}  // namespace hitbench
