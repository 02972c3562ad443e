// empirical: times that somebody measured, drawn with replacement. The file is text, one duration a line: "5ms", or a
// whole number of nanoseconds.
#include <charconv>
#include <optional>

#include "base/error.h"
#include "base/units.h"
#include "workload/parts.h"
#include "workload/random.h"
#include "workload/text_file.h"

namespace hitbench {
namespace {

std::optional<Duration> parse_line(std::string_view line) {
  int64_t ns = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), ns);
  if (error == std::errc() && end == line.data() + line.size() && ns >= 0) return Duration(ns);
  return parse_duration(line);
}

std::vector<Duration> read_durations(const std::string& path) {
  std::vector<Duration> durations;
  TextFile file(path);
  for (std::string_view line; file.next(line);) {
    const std::optional<Duration> duration = parse_line(line);
    if (!duration) {
      file.refuse("'" + std::string(line.substr(0, 40)) + "' is not a duration",
                  "write one duration a line: \"5ms\", or a whole number of nanoseconds");
    }
    durations.push_back(*duration);
  }
  if (durations.empty()) throw usage_error(path + ": the file is empty", "give it one duration a line");
  return durations;
}

class EmpiricalLatency final : public DurationDistribution {
 public:
  explicit EmpiricalLatency(std::vector<Duration> durations) : durations_(std::move(durations)) {}

  Duration next(Rng& rng) const override { return durations_[rng.below(durations_.size())]; }

  Duration mean() const override {
    double sum = 0;
    for (const Duration duration : durations_) sum += static_cast<double>(duration.count());
    return to_duration(sum / static_cast<double>(durations_.size()));
  }

 private:
  std::vector<Duration> durations_;
};

}  // namespace

std::unique_ptr<DurationDistribution> make_empirical_latency(const Params& params) {
  return std::make_unique<EmpiricalLatency>(read_durations(params.text("file")));
}

std::vector<Field> empirical_latency_fields() {
  return {{.name = "file",
           .type = FieldType::text,
           .fallback = "",
           .doc = "measured times, one a line: \"5ms\", or a whole number of nanoseconds"}};
}

}  // namespace hitbench
