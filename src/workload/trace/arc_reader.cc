// Format arc: the traces of the ARC authors (Megiddo and Modha, FAST 2003), lines of `start count ignored number`, each
// `count` requests for the keys start, start + 1 and so on.
#include <array>

#include "workload/trace/line_reader.h"
#include "workload/trace/parts.h"
#include "workload/trace/record_reader.h"
#include "workload/trace/trace_numbers.h"

namespace hitbench {
namespace {

constexpr uint64_t kMostArcBlocks = 1'000'000, kLastArcBlock = uint64_t{1} << 62;

class ArcReader final : public LineReader {
 public:
  using LineReader::LineReader;

  Got next(Request& request) override {
    if (left_ == 0) {
      std::string_view line;
      if (!next_line(line)) return Got::end;
      if (!read(line)) return Got::malformed;
    }
    request = {.key = key_.of(block_++)};
    --left_;
    return Got::request;
  }

  std::string remedy() const override {
    return "a line is \"start count ignored number\", such as 84950 4 0 7: keys 84950 to 84953";
  }

 private:
  bool read(std::string_view line) {
    std::array<std::optional<uint64_t>, 4> numbers;
    size_t count = 0;
    for (; !line.empty(); ++count) {
      const std::string_view word = line.substr(0, line.find_first_of(" \t"));
      if (word.empty()) {
        line.remove_prefix(1);
        --count;
        continue;
      }
      if (count < numbers.size()) numbers[count] = trace_number(word);
      line.remove_prefix(word.size());
    }
    if (count != numbers.size() || !numbers[0] || !numbers[1] || !numbers[2] || !numbers[3]) {
      refuse(lines().is_unended() ? "cut off" : "not four numbers");
      return false;
    }
    if (*numbers[1] == 0 || *numbers[1] > kMostArcBlocks || *numbers[0] > kLastArcBlock) {
      refuse("not 1 to 1,000,000 requests for keys below 2^62");
      return false;
    }
    block_ = *numbers[0];
    left_ = *numbers[1];
    return true;
  }

  uint64_t block_ = 0, left_ = 0;
  DecimalKey key_;
};

}  // namespace

std::unique_ptr<TraceReader> make_arc_reader(TraceInput input) { return std::make_unique<ArcReader>(std::move(input)); }

}  // namespace hitbench
