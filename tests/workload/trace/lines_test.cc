// Bytes as they are and compressed, and the lines in them.
#include "workload/trace/lines.h"

#include <gmock/gmock.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "tests/workload/some_parts.h"

namespace hitbench {
namespace {

using testing::HasSubstr;

std::string all_of(const std::string& content) {
  const auto bytes = open_bytes(write_file(content));
  std::string all, piece(1000, '\0');
  for (size_t count = 1; count > 0; all.append(piece, 0, count)) count = bytes->read(piece.data(), piece.size());
  return all;
}

std::string text() {
  std::string text;
  for (int i = 0; i < 100000; ++i) text += std::to_string(i * 7919 % 10007) + "\n";
  return text;
}

std::string gzipped_by(const std::string& plain) {
  std::string out(compressBound(plain.size()) + 100, '\0');
  z_stream stream = {};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// With a checksum, as the program zstd does.
std::string zstd_of(const std::string& plain) {
  std::string out(ZSTD_compressBound(plain.size()), '\0');
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  out.resize(ZSTD_compress2(context, out.data(), out.size(), plain.data(), plain.size()));
  ZSTD_freeCCtx(context);
  return out;
}

std::string xz_of(const std::string& plain) {
  std::string out(lzma_stream_buffer_bound(plain.size()), '\0');
  size_t size = 0;
  EXPECT_EQ(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const uint8_t*>(plain.data()),
                                    plain.size(), reinterpret_cast<uint8_t*>(out.data()), &size, out.size()),
            LZMA_OK);
  out.resize(size);
  return out;
}

// Two in a row, too, as log rotation and parallel compressors leave them.
TEST(Bytes, AreThoseBeforeTheCompression) {
  EXPECT_EQ(all_of(text()), text());
  for (auto* const compressed : {gzipped_by, zstd_of, xz_of}) {
    EXPECT_EQ(all_of(compressed(text())), text());
    EXPECT_EQ(all_of(compressed("a\n") + compressed(text())), "a\n" + text());
  }
}

TEST(Bytes, OfACutOffFileAreRefused) {
  for (auto* const compressed : {gzipped_by, zstd_of, xz_of}) {
    const std::string whole = compressed(text());
    for (const size_t left_out : {size_t{1}, size_t{9}, whole.size() / 2}) {
      EXPECT_THAT(refusal([&] { all_of(whole.substr(0, whole.size() - left_out)); }), HasSubstr("cut off"));
    }
    std::string damaged = whole;
    for (size_t at = damaged.size() / 2; at < damaged.size() / 2 + 8; ++at)
      damaged[at] = static_cast<char>(~damaged[at]);
    EXPECT_NE(refusal([&] { all_of(damaged); }), "");
  }
}

std::vector<std::string> lines_of(const std::string& content) {
  LineSource source(bytes_before(content, nullptr));
  std::vector<std::string> lines;
  for (std::string_view line; source.next(line);) {
    lines.push_back(source.is_cut() ? "cut after " + std::to_string(line.size()) : std::string(line));
    if (source.is_unended()) lines.back() += "...";
    EXPECT_EQ(source.number(), lines.size());
  }
  return lines;
}

TEST(Lines, EndWithALineFeedOrTheFile) {
  EXPECT_THAT(lines_of("a\r\n\nb"), testing::ElementsAre("a", "", "b..."));
  EXPECT_THAT(lines_of(""), testing::IsEmpty());
  const std::string megabyte(size_t{1} << 20, 'x');
  EXPECT_THAT(lines_of("a\n" + megabyte + "\nb\n"), testing::ElementsAre("a", megabyte, "b"));
}

// Wherever in the buffer it ends: just behind the limit, within the next doubling, or far away.
TEST(Lines, ThatAreTooLongAreCutAndTheNextOneIsWhole) {
  const std::string cut = "cut after " + std::to_string(LineSource::kLongest);
  const std::string most(LineSource::kLongest, 'x');
  EXPECT_THAT(lines_of(most + "\nb\n"), testing::ElementsAre(most, "b"));
  for (const size_t more : {size_t{1}, size_t{1} << 20, size_t{6} << 20}) {
    EXPECT_THAT(lines_of("a\n" + most + std::string(more, 'y') + "\nb\n"), testing::ElementsAre("a", cut, "b")) << more;
  }
}

}  // namespace
}  // namespace hitbench
