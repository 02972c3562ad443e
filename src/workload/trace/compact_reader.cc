// Format hbt: a compact trace (compact.h), one request after the other, for whoever wants a part of it.
#include "base/error.h"
#include "workload/trace/actions.h"
#include "workload/trace/compact_file.h"
#include "workload/trace/parts.h"

namespace hitbench {
namespace {

class CompactReader final : public TraceReader {
 public:
  explicit CompactReader(std::string name) : name_(std::move(name)), trace_(map_compact(name_)) {
    if (trace_ == nullptr) {
      throw usage_error(name_ + ": no compact trace in a file",
                        "convert the trace with `hitbench trace --to FILE.hbt`");
    }
  }

  Got next(Request& request) override {
    const std::span<const CompactRequest> all = trace_->requests();
    if (at_ == all.size()) return Got::end;
    const CompactRequest& from = all[at_++];
    request = {.key = trace_->key_text(from.key),
               .operation = action_of(from.operation()),
               .key_bytes = trace_->key_bytes(from.key),
               .ttl = trace_->ttl_of(from),
               .origin_time = CompactTrace::origin_time_of(from)};
    if (trace_->has_times()) request.time = trace_->start() + trace_->time_of(from);
    if (from.absent()) request.found = false;
    if (from.own_bytes() != CompactRequest::kUnknownBytes) request.value_bytes = from.own_bytes();
    return Got::request;
  }

  std::string where() const override { return name_ + ": request " + std::to_string(at_); }
  std::string why() const override { return {}; }
  std::string_view excerpt() const override { return {}; }
  std::string remedy() const override { return "convert the trace again with `hitbench trace --to FILE.hbt`"; }
  uint64_t lost() const override { return trace_->counts().lost; }
  bool has_whole_seconds() const override { return trace_->has_whole_seconds(); }

 private:
  const std::string name_;
  const std::shared_ptr<const CompactTrace> trace_;
  size_t at_ = 0;
};

}  // namespace

std::unique_ptr<TraceReader> make_compact_reader(TraceInput input) {
  return std::make_unique<CompactReader>(std::move(input.name));
}

}  // namespace hitbench
