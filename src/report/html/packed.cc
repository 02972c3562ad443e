#include "report/html/packed.h"

#include <zlib.h>

#include "base/check.h"

namespace hitbench::html {

std::string gzipped(std::string_view text) {
  constexpr int kGzip = 16, kMemory = 8;  // zlib.h: 16 more than the window's bits asks for a gzip header
  z_stream stream{};
  CHECK(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS + kGzip, kMemory, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib only reads it
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  CHECK(deflateEnd(&stream) == Z_OK);
  return packed;
}

}  // namespace hitbench::html
