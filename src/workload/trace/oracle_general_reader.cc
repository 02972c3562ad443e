// Formats oracle-general and oracle-general-op-ns: libCacheSim's binary traces, little-endian and packed.
#include "workload/trace/parts.h"
#include "workload/trace/record_operations.h"
#include "workload/trace/record_reader.h"

namespace hitbench {
namespace {

// u32 time in seconds, u64 key, u32 size; with operations u8 operation, u16 name space; i64 index of the key's next
// request, which is not needed.
constexpr size_t kOracleBytes = 24, kOracleOpNsBytes = 27;
constexpr uint32_t kLargestOracleValue = (uint32_t{1} << 31) - 1;

class OracleGeneralReader final : public RecordReader {
 public:
  OracleGeneralReader(TraceInput input, size_t record_bytes)
      : RecordReader(std::move(input), record_bytes), has_operations_(record_bytes == kOracleOpNsBytes) {}

  Got next(Request& request) override {
    std::string_view record;
    const Got got = next_record(record);
    if (got != Got::request) return got;
    const auto size = little_endian<uint32_t>(record, 12);
    if (!times_.take(little_endian<uint32_t>(record, 0)))
      return doubted("its time is over an hour before the last one");
    if (size > kLargestOracleValue) return doubted("a size of 2 GiB or more");
    request = {.time = times_.last(), .key = key_.of(little_endian<uint64_t>(record, 4)), .value_bytes = size};
    if (!has_operations_) return got;
    const auto operation = static_cast<uint8_t>(record[16]);
    request.operation = operation_of_number(operation);
    if (request.operation || operation == kNoOperation) return got;
    left_out_ = "operation " + std::to_string(operation);
    request.left_out = left_out_;
    return got;
  }

  std::string remedy() const override {
    return has_operations_ ? "a record has 27 bytes, little-endian: u32 time in seconds, u64 key, u32 size, u8 "
                             "operation, u16 name space, i64 next request"
                           : "a record has 24 bytes, little-endian: u32 time in seconds, u64 key, u32 size, i64 next "
                             "request";
  }
  std::string doubt() const override {
    return doubted_ * 10 > number() ? "its times jump back, or its sizes are huge, as in another format's bytes" : "";
  }
  bool has_whole_seconds() const override { return true; }

 private:
  Got doubted(const char* why) {
    ++doubted_;
    return refuse(why);
  }

  const bool has_operations_;
  RecordTimes times_;
  DecimalKey key_;
  std::string left_out_;
  uint64_t doubted_ = 0;  // records
};

}  // namespace

std::unique_ptr<TraceReader> make_oracle_general_reader(TraceInput input) {
  return std::make_unique<OracleGeneralReader>(std::move(input), kOracleBytes);
}

std::unique_ptr<TraceReader> make_oracle_general_op_ns_reader(TraceInput input) {
  return std::make_unique<OracleGeneralReader>(std::move(input), kOracleOpNsBytes);
}

}  // namespace hitbench
