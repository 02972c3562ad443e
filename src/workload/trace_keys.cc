// trace: the keys of a recorded trace, in their order, again and again. Each distinct key is kept once, and four bytes
// for each request.
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "registry.h"
#include "workload/parts.h"
#include "workload/trace/reader.h"

namespace hitbench {
namespace {

constexpr size_t kLongestKey = 250;  // memcached's limit
constexpr uint64_t kMostRequests = 0xffffffff;
constexpr uint64_t kRepeatedOneIn = 100;  // requests of a trace that may profit from a cache, at least

struct Trace {
  std::vector<uint32_t> requests;  // the key of each
  std::vector<uint32_t> uses;      // by key: how many requests have it
  std::vector<uint64_t> starts;    // by key: where its text starts in `texts`; one more than there are keys
  std::string texts;
  std::string doubt;  // the reader's

  std::string_view text(uint64_t key) const {
    return std::string_view(texts).substr(starts[key], starts[key + 1] - starts[key]);
  }
};

bool fits_a_key(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f') return false;
  }
  return true;
}

// Not every key that a trace may have is one that every cache takes.
void check_traced_key(const TraceReader& reader, std::string_view key) {
  if (key.empty()) throw usage_error(reader.where() + ": empty key", reader.remedy());
  if (key.size() > kLongestKey) {
    throw usage_error(reader.where() + ": key of " + std::to_string(key.size()) + " bytes is too long",
                      reader.remedy());
  }
  if (!fits_a_key(key)) throw usage_error(reader.where() + ": blank or control character in a key", reader.remedy());
}

std::shared_ptr<const Trace> read_trace(TraceReader& reader, const std::string& path) {
  auto trace = std::make_shared<Trace>();
  trace->starts.push_back(0);
  std::unordered_map<std::string, uint32_t> ids;
  Request request;
  for (Got got; (got = reader.next(request)) != Got::end;) {
    if (got == Got::malformed) throw usage_error(reader.where() + ": " + reader.why(), reader.remedy());
    if (!request.left_out.empty()) continue;  // no cache would be asked for it
    check_traced_key(reader, request.key);
    if (trace->requests.size() == kMostRequests) {
      throw usage_error(reader.where() + ": too many lines", "cut the trace into parts");
    }
    const auto [at, is_new] = ids.emplace(request.key, static_cast<uint32_t>(ids.size()));
    if (is_new) {
      trace->texts += request.key;
      trace->starts.push_back(trace->texts.size());
      trace->uses.push_back(0);
    }
    trace->requests.push_back(at->second);
    ++trace->uses[at->second];
  }
  if (trace->requests.empty()) throw usage_error(path + ": the trace is empty", reader.remedy());
  trace->doubt = reader.doubt();
  return trace;
}

// Every process, thread and data set of a run asks for the same file: those that live at the same time share it.
std::shared_ptr<const Trace> shared_trace(const std::string& format, const std::string& path,
                                          const Registry& registry) {
  static std::mutex mutex;
  static std::map<std::pair<std::string, std::string>, std::weak_ptr<const Trace>> open;
  const std::lock_guard lock(mutex);
  std::weak_ptr<const Trace>& entry = open[{format, path}];
  std::shared_ptr<const Trace> trace = entry.lock();
  if (!trace) entry = trace = read_trace(*open_trace(format, path, registry).reader, path);
  return trace;
}

class TraceKeys final : public KeyDistribution {
 public:
  TraceKeys(const std::string& path, std::shared_ptr<const Trace> trace) : path_(path), trace_(std::move(trace)) {}

  uint64_t next(Rng&, uint64_t position, uint64_t) const override {
    return trace_->requests[position % trace_->requests.size()];
  }
  bool in_order() const override { return true; }
  double probability(uint64_t key) const override {
    if (key >= own_keys()) return 0;
    return static_cast<double>(trace_->uses[key]) / static_cast<double>(trace_->requests.size());
  }
  uint64_t own_keys() const override { return trace_->uses.size(); }
  std::string_view own_text(uint64_t key) const override { return trace_->text(key); }

  // A file that is read in the wrong format has a key of its own in each line, and no hit.
  std::string doubt() const override {
    const uint64_t requests = trace_->requests.size(), repeated = requests - own_keys();
    if (requests < 2 || repeated * kRepeatedOneIn >= requests) return "";
    const std::string much = repeated == 0 ? "no key repeated" : counted(repeated, "key") + " repeated";
    std::string text = path_ + ": " + much + " in " + std::to_string(requests) + " lines, so hardly anything can hit";
    if (!trace_->doubt.empty()) text += "; " + trace_->doubt;
    return text;
  }

 private:
  const std::string path_;
  const std::shared_ptr<const Trace> trace_;
};

}  // namespace

std::unique_ptr<KeyDistribution> make_trace_keys(const Params& params, uint64_t /*count*/, const Registry& registry) {
  const std::string& path = params.text("file");
  return std::make_unique<TraceKeys>(path, shared_trace(params.text("format"), path, registry));
}

std::vector<Field> trace_keys_fields(const std::vector<TraceRow>& formats) {
  Field format{.name = "format", .type = FieldType::text, .fallback = "\"keys\"", .doc = ""};
  for (const TraceRow& row : formats) {
    add_part(format.doc, std::string(row.name) + ": " + std::string(row.summary), "; ");
    format.choices.push_back(row.name);
  }
  return {{.name = "file", .type = FieldType::text, .fallback = "", .doc = "the recorded keys; repeats from its start"},
          std::move(format)};
}

}  // namespace hitbench
