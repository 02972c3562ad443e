// Format keys: text, one key a line. It says nothing but the order of the keys.
#include "base/error.h"
#include "workload/text_file.h"
#include "workload/trace/parts.h"

namespace hitbench {
namespace {

class KeysReader final : public TraceReader {
 public:
  explicit KeysReader(const std::string& path) : file_(path) {}

  bool next(Request& request) override {
    std::string_view line;
    if (!file_.next(line)) {
      if (file_.line_number() == 0) throw usage_error(file_.path() + ": the trace is empty", "give it one key a line");
      return false;
    }
    if (line.empty()) file_.refuse("blank line", remedy());
    if (line.find_first_of(",;") != std::string_view::npos) ++with_commas_;
    request = {.key = line};
    return true;
  }

  std::string where() const override { return file_.where(); }
  std::string remedy() const override { return "a trace has one key a line, 1 to 250 bytes without blanks"; }

  std::string doubt() const override {
    if (with_commas_ * 2 <= file_.line_number()) return "";
    return "its lines have columns: cut out the one with the key (cut -d, -f2), for each whole line is a key";
  }

 private:
  TextFile file_;
  uint64_t with_commas_ = 0;  // lines
};

}  // namespace

std::unique_ptr<TraceReader> make_keys_reader(const std::string& path) { return std::make_unique<KeysReader>(path); }

}  // namespace hitbench
