// Format keys: text, one key a line. It says nothing but the order of the keys.
#include "workload/trace/line_reader.h"
#include "workload/trace/parts.h"

namespace hitbench {
namespace {

class KeysReader final : public LineReader {
 public:
  using LineReader::LineReader;

  Got next(Request& request) override {
    std::string_view line;
    if (!next_line(line)) return Got::end;
    if (line.empty()) return refuse("blank line");
    if (lines().is_cut()) return refuse("a line of more than 4 MiB");
    if (line.find_first_of(",;") != std::string_view::npos) ++with_commas_;
    request = {.key = line};
    return Got::request;
  }

  std::string remedy() const override { return "a trace has one key a line, 1 to 250 bytes without blanks"; }

  std::string doubt() const override {
    if (with_commas_ * 2 <= lines().number()) return "";
    return "its lines have columns: cut out the one with the key (cut -d, -f2), for each whole line is a key";
  }

 private:
  uint64_t with_commas_ = 0;  // lines
};

}  // namespace

std::unique_ptr<TraceReader> make_keys_reader(TraceInput input) {
  return std::make_unique<KeysReader>(std::move(input));
}

}  // namespace hitbench
