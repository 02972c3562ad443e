// Recordings of live servers, by either reader; the first byte says which. Every line is a request or is refused with a
// reason, and requests are as many as the text has room for.
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "base/check.h"
#include "workload/trace/bytes.h"
#include "workload/trace/parts.h"

namespace {

using hitbench::Got;

void read_all(hitbench::TraceReader& reader, size_t bytes) {
  hitbench::Request request;
  size_t given = 0;
  for (Got got; (got = reader.next(request)) != Got::end; ++given) {
    CHECK(given <= bytes + 1);
    CHECK(reader.where().starts_with("tap:"));
    if (got == Got::malformed) {
      CHECK(!reader.why().empty());
      continue;
    }
    CHECK(request.time && request.time->count() >= 0);
    CHECK(request.operation.has_value() || !request.left_out.empty());
    CHECK(!request.ttl || request.ttl->count() >= 0);
    CHECK(request.key.size() <= bytes + 22);  // with the number of its database
  }
  CHECK(reader.next(request) == Got::end);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  hitbench::TraceInput input{.bytes = hitbench::bytes_before(std::move(text), nullptr), .name = "tap", .layout = ""};
  const auto reader = data[0] % 2 == 0 ? hitbench::make_redis_monitor_reader(std::move(input))
                                       : hitbench::make_memcached_watch_reader(std::move(input));
  read_all(*reader, size);
  return 0;
}
