// Format twr: Twitter's traces of 2020 as libCacheSim packs them, little-endian: u32 time in seconds, u64 key, u32 with
// the key's size (10 bits) and the value's (22), u32 with the operation (8) and the TTL in seconds (24).
#include "workload/trace/parts.h"
#include "workload/trace/record_operations.h"
#include "workload/trace/record_reader.h"

namespace hitbench {
namespace {

constexpr size_t kTwrBytes = 20;

class TwrReader final : public RecordReader {
 public:
  explicit TwrReader(TraceInput input) : RecordReader(std::move(input), kTwrBytes) {}

  Got next(Request& request) override {
    std::string_view record;
    const Got got = next_record(record);
    if (got != Got::request) return got;
    if (!times_.take(little_endian<uint32_t>(record, 0))) return refuse("its time is over an hour before the last one");
    const auto sizes = little_endian<uint32_t>(record, 12), operation_ttl = little_endian<uint32_t>(record, 16);
    const auto operation = static_cast<uint8_t>(operation_ttl >> 24);
    const uint32_t key_bytes = sizes >> 22, value_bytes = sizes & 0x3fffff, ttl_s = operation_ttl & 0xffffff;
    request = {.time = times_.last(),
               .key = key_.of(little_endian<uint64_t>(record, 4)),
               .operation = operation_of_number(operation),
               .value_bytes = value_bytes};
    if (key_bytes > 0) request.key_bytes = key_bytes;
    if (ttl_s > 0) request.ttl = std::chrono::seconds(ttl_s);
    if (request.operation == Action::read) {  // a get of what was not there has size 0
      request.found = value_bytes > 0;
      if (value_bytes == 0) request.value_bytes.reset();
    }
    if (request.operation || operation == kNoOperation) return got;
    left_out_ = "operation " + std::to_string(operation);
    request.left_out = left_out_;
    return got;
  }

  std::string remedy() const override {
    return "a record has 20 bytes, little-endian: u32 time in seconds, u64 key, u32 key size << 22 | value size, u32 "
           "operation << 24 | TTL in seconds";
  }
  bool has_whole_seconds() const override { return true; }

 private:
  RecordTimes times_;
  DecimalKey key_;
  std::string left_out_;
};

}  // namespace

std::unique_ptr<TraceReader> make_twr_reader(TraceInput input) { return std::make_unique<TwrReader>(std::move(input)); }

}  // namespace hitbench
