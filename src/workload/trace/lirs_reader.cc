// Format lirs: the traces of the LIRS authors (Jiang and Zhang, SIGMETRICS 2002), a block's number a line; lines of `*`
// and blank ones are none.
#include "base/text.h"
#include "workload/trace/line_reader.h"
#include "workload/trace/parts.h"
#include "workload/trace/record_reader.h"
#include "workload/trace/trace_numbers.h"

namespace hitbench {
namespace {

class LirsReader final : public LineReader {
 public:
  using LineReader::LineReader;

  Got next(Request& request) override {
    for (std::string_view line; next_line(line);) {
      if (lines().is_cut()) return refuse("a line of more than 4 MiB");
      const std::string word = trimmed(line);
      if (word.empty() || word == "*") continue;
      const auto number = trace_number(word);
      if (!number) return refuse("not a number");
      request = {.key = key_.of(*number)};
      return Got::request;
    }
    return Got::end;
  }

  std::string remedy() const override { return "a line is the number of a block, or *"; }

 private:
  DecimalKey key_;
};

}  // namespace

std::unique_ptr<TraceReader> make_lirs_reader(TraceInput input) {
  return std::make_unique<LirsReader>(std::move(input));
}

}  // namespace hitbench
