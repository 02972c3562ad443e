// What strangers give a twin: a file of measured times (its first byte is a brace), or the arguments of a server, one a
// line. Each is understood, or refused; times that are understood can be written and read again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/error.h"
#include "cache/twin/times_json.h"
#include "cache/twin/twin_arguments.h"

namespace hitbench {
namespace {

void read_times(const std::string& text) {
  try {
    const std::string written = times_to_json(times_from_json(text));
    CHECK(times_to_json(times_from_json(written)) == written);
  } catch (const Error& error) {
    CHECK(error.cause() == Error::Cause::environment);
    CHECK(!std::string_view(error.what()).empty());
  }
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

template <class Read>
void read_arguments(const Read& read) {
  try {
    read();
  } catch (const Error& error) {
    CHECK(error.cause() == Error::Cause::usage);
    CHECK(!std::string_view(error.what()).empty());
  }
}

}  // namespace
}  // namespace hitbench

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hitbench;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (text.starts_with('{')) {
    read_times(text);
    return 0;
  }
  const std::vector<std::string> args = lines_of(text);
  read_arguments([&] { read_redis_arguments(args, {}); });
  read_arguments([&] { read_memcached_arguments(args, {}); });
  return 0;
}
