// Formats cache2k and corda: numbers of keys and nothing else, big-endian, of 32 and 64 bits.
#include "workload/trace/parts.h"
#include "workload/trace/record_reader.h"

namespace hitbench {
namespace {

template <std::signed_integral Id>
class RawIdsReader final : public RecordReader {
 public:
  explicit RawIdsReader(TraceInput input) : RecordReader(std::move(input), sizeof(Id)) {}

  Got next(Request& request) override {
    std::string_view record;
    const Got got = next_record(record);
    if (got == Got::request) {
      request = {.key = key_.of(static_cast<Id>(big_endian<std::make_unsigned_t<Id>>(record, 0)))};
    }
    return got;
  }

  std::string remedy() const override {
    return "a record is a key's number, of " + std::to_string(sizeof(Id)) + " bytes, the most significant first";
  }

 private:
  DecimalKey key_;
};

}  // namespace

std::unique_ptr<TraceReader> make_cache2k_reader(TraceInput input) {
  return std::make_unique<RawIdsReader<int32_t>>(std::move(input));
}

std::unique_ptr<TraceReader> make_corda_reader(TraceInput input) {
  return std::make_unique<RawIdsReader<int64_t>>(std::move(input));
}

}  // namespace hitbench
