// trace: the keys of a recorded run, in their order, again and again. The file is text, one key a line. Each distinct
// key is kept once, and four bytes for each line.
#include <map>
#include <mutex>
#include <unordered_map>

#include "base/error.h"
#include "base/text.h"
#include "workload/parts.h"
#include "workload/text_file.h"

namespace hitbench {
namespace {

constexpr size_t kLongestKey = 250;  // memcached's limit
constexpr uint64_t kMostLines = 0xffffffff;
constexpr uint64_t kRepeatedOneIn = 100;  // lines of a trace that may profit from a cache, at least

struct Trace {
  std::vector<uint32_t> lines;   // the key of each
  std::vector<uint32_t> uses;    // by key: how many lines have it
  std::vector<uint64_t> starts;  // by key: where its text starts in `texts`; one more than there are keys
  std::string texts;
  uint64_t with_commas = 0;  // lines

  std::string_view text(uint64_t key) const {
    return std::string_view(texts).substr(starts[key], starts[key + 1] - starts[key]);
  }
};

bool fits_a_key(std::string_view line) {
  for (const char c : line) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f') return false;
  }
  return true;
}

void check_line(const std::string& path, uint64_t number, std::string_view line) {
  const std::string remedy = "a trace has one key a line, 1 to 250 bytes without blanks";
  if (line.empty()) refuse_line(path, number, "blank line", remedy);
  if (line.size() > kLongestKey) {
    refuse_line(path, number, "key of " + std::to_string(line.size()) + " bytes is too long", remedy);
  }
  if (!fits_a_key(line)) refuse_line(path, number, "blank or control character in a key", remedy);
  if (number > kMostLines) refuse_line(path, number, "too many lines", "cut the trace into parts");
}

std::shared_ptr<const Trace> read_trace(const std::string& path) {
  auto trace = std::make_shared<Trace>();
  trace->starts.push_back(0);
  std::unordered_map<std::string, uint32_t> ids;
  for_each_line(path, [&](std::string_view line, uint64_t number) {
    check_line(path, number, line);
    const auto [at, is_new] = ids.emplace(line, static_cast<uint32_t>(ids.size()));
    if (is_new) {
      trace->texts += line;
      trace->starts.push_back(trace->texts.size());
      trace->uses.push_back(0);
    }
    trace->lines.push_back(at->second);
    if (line.find_first_of(",;") != std::string_view::npos) ++trace->with_commas;
    ++trace->uses[at->second];
  });
  if (trace->lines.empty()) throw usage_error(path + ": the trace is empty", "give it one key a line");
  return trace;
}

// Every process, thread and data set of a run asks for the same file: those that live at the same time share it.
std::shared_ptr<const Trace> shared_trace(const std::string& path) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<const Trace>> open;
  const std::lock_guard lock(mutex);
  std::weak_ptr<const Trace>& entry = open[path];
  std::shared_ptr<const Trace> trace = entry.lock();
  if (!trace) entry = trace = read_trace(path);
  return trace;
}

class TraceKeys final : public KeyDistribution {
 public:
  explicit TraceKeys(const std::string& path) : path_(path), trace_(shared_trace(path)) {}

  uint64_t next(Rng&, uint64_t position, uint64_t) const override {
    return trace_->lines[position % trace_->lines.size()];
  }
  bool in_order() const override { return true; }
  double probability(uint64_t key) const override {
    if (key >= own_keys()) return 0;
    return static_cast<double>(trace_->uses[key]) / static_cast<double>(trace_->lines.size());
  }
  uint64_t own_keys() const override { return trace_->uses.size(); }
  std::string_view own_text(uint64_t key) const override { return trace_->text(key); }

  // Each line of a table is another one: a CSV that is read as keys has no hit.
  std::string doubt() const override {
    const uint64_t lines = trace_->lines.size(), repeated = lines - own_keys();
    if (lines < 2 || repeated * kRepeatedOneIn >= lines) return "";
    const std::string much = repeated == 0 ? "no key repeated" : counted(repeated, "key") + " repeated";
    std::string text = path_ + ": " + much + " in " + std::to_string(lines) + " lines, so hardly anything can hit";
    if (trace_->with_commas * 2 > lines) {
      text += "; its lines have columns: cut out the one with the key (cut -d, -f2), for each whole line is a key";
    }
    return text;
  }

 private:
  const std::string path_;
  std::shared_ptr<const Trace> trace_;
};

}  // namespace

std::unique_ptr<KeyDistribution> make_trace_keys(const Params& params, uint64_t /*count*/) {
  return std::make_unique<TraceKeys>(params.text("file"));
}

std::vector<Field> trace_keys_fields() {
  return {{.name = "file", .type = FieldType::text, .fallback = "", .doc = "the recorded keys; repeats from its start"},
          {.name = "format",
           .type = FieldType::text,
           .fallback = "\"keys\"",
           .doc = "keys: text, one key a line",
           .choices = {"keys"}}};
}

}  // namespace hitbench
