// JSON lines: the first is the layout, or the number of a preset; the others are the trace.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>

#include "base/check.h"
#include "base/error.h"
#include "workload/trace/parts.h"
#include "workload/trace/presets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const size_t line = std::min(text.find('\n'), text.size());
  std::string layout = text.substr(0, line);
  if (line == 1) {
    const size_t preset = static_cast<unsigned char>(layout[0]) % std::size(hitbench::kJsonPresets);
    layout = hitbench::kJsonPresets[preset].layout;
  }
  try {
    const auto reader =
        hitbench::make_json_reader({.bytes = hitbench::bytes_before(text.substr(std::min(line + 1, size)), nullptr),
                                    .name = "a",
                                    .layout = layout});
    hitbench::Request request;
    for (hitbench::Got got; (got = reader->next(request)) != hitbench::Got::end;) {
      if (got == hitbench::Got::malformed) CHECK(!reader->why().empty());
      if (got == hitbench::Got::request) CHECK(!request.key.empty() || !request.left_out.empty());
    }
    CHECK(!reader->remedy().empty());
    reader->doubt();
  } catch (const hitbench::Error& error) {
    CHECK(error.cause() == hitbench::Error::Cause::usage);
  }
  return 0;
}
