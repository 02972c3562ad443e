// Traces as strangers record them: whatever the bytes are, each reader ends, and what it gives can be read.
#include <cstdint>
#include <memory>
#include <string>

#include "base/check.h"
#include "base/error.h"
#include "workload/trace/csv_presets.h"
#include "workload/trace/parts.h"

namespace hitbench {
namespace {

constexpr int kMostRequests = 2000;  // a line of a few bytes may be a million
size_t bytes_seen = 0;

void look_at(std::string_view text) {
  for (const char c : text) bytes_seen += static_cast<unsigned char>(c);
}

void read_all(TraceReader& reader) {
  Request request;
  Got got = reader.next(request);
  for (int i = 0; i < kMostRequests && got != Got::end; ++i, got = reader.next(request)) {
    CHECK(!reader.where().empty() && !reader.remedy().empty());
    look_at(reader.excerpt());
    if (got == Got::malformed) {
      CHECK(!reader.why().empty());
      continue;
    }
    CHECK(!request.key.empty() || !request.left_out.empty());
    for (const std::string_view text : {request.key, request.host, request.method, request.left_out}) look_at(text);
  }
  if (got == Got::end) CHECK(reader.next(request) == Got::end);
  look_at(reader.doubt());
}

void read_as(std::unique_ptr<TraceReader> (*make)(TraceInput), const std::string& bytes, std::string_view layout = {}) {
  try {
    read_all(*make({.bytes = bytes_before(bytes, nullptr), .name = "fuzz", .layout = std::string(layout)}));
  } catch (const Error& error) {
    CHECK(error.cause() == Error::Cause::usage && !error.remedy().empty());
  }
}

}  // namespace
}  // namespace hitbench

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hitbench;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  for (const auto make : {make_postgres_csv_reader, make_postgres_json_reader, make_postgres_text_reader,
                          make_klog_reader, make_oracle_general_reader, make_oracle_general_op_ns_reader,
                          make_twr_reader, make_cache2k_reader, make_corda_reader, make_arc_reader, make_lirs_reader}) {
    read_as(make, bytes);
  }
  for (const std::string_view layout : {kTwitterCsv, kMeta202206Csv, kMeta202401Csv}) {
    read_as(make_csv_reader, bytes, layout);
  }
  read_as(make_csv_reader, bytes, "time_ms=1,key=2,found=3,ttl=4,delimiter=tab");
  read_as(make_csv_reader, bytes, "key=3,columns=5,delimiter=space,header=yes");
  // The first line is the layout.
  const size_t end = bytes.find('\n');
  if (end != std::string::npos) read_as(make_csv_reader, bytes.substr(end + 1), bytes.substr(0, end));
  return 0;
}
