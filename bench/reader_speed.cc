// How fast logs are read, on one thread: a web log whose keys a regular expression finds, and what Redis' MONITOR
// prints. From the file to the request that is wanted.
//
//   reader_speed WEB_LOG MONITOR_LOG
//
// The limit of each is a bare loop that reads the same file and finds the ends of its lines and of the words in them.
// Prints ns of CPU time per byte, a line each: "web-log 2.50", "web-log-bare 0.50", "redis-monitor 2.20"...
#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "base/check.h"
#include "cpu_time.h"
#include "registry.h"
#include "workload/trace/reader.h"
#include "workload/trace/selection.h"

namespace {

using namespace hitbench;

constexpr int kBarePasses = 4;
constexpr size_t kBufferBytes = size_t{1} << 18;

struct Seen {
  uint64_t bytes = 0, lines = 0, words = 0;
};

const char* find(char c, const char* from, const char* end) {
  return static_cast<const char*>(std::memchr(from, c, static_cast<size_t>(end - from)));
}

void count_lines(const char* at, const char* end, Seen& seen) {
  while (const char* const eol = find('\n', at, end)) {
    for (; (at = find(' ', at, eol)) != nullptr; ++at) ++seen.words;
    ++seen.lines;
    at = eol + 1;
  }
}

// The words of a line that two buffers share are not all counted: there are few such lines.
Seen bare_loop(const std::string& file) {
  const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  CHECK(fd >= 0);
  std::vector<char> buffer(kBufferBytes);
  Seen seen;
  for (ssize_t count = 0; (count = read(fd, buffer.data(), buffer.size())) > 0;) {
    seen.bytes += static_cast<uint64_t>(count);
    count_lines(buffer.data(), buffer.data() + count, seen);
  }
  close(fd);
  return seen;
}

uint64_t read_log(const TraceSpec& spec) {
  TraceSelection selection(spec, open_trace(spec.format, spec.file, registry()).reader, spec.format);
  Request request;
  uint64_t requests = 0, key_bytes = 0;
  for (; selection.next(request); ++requests) key_bytes += request.key.size();
  CHECK(key_bytes > 0);
  return requests;
}

void measure(const std::string& name, const TraceSpec& spec) {
  const Seen seen = bare_loop(spec.file);
  double start = cpu_ns();
  CHECK(read_log(spec) == seen.lines);
  const double reader = cpu_ns() - start;
  start = cpu_ns();
  for (int i = 0; i < kBarePasses; ++i) CHECK(bare_loop(spec.file).words == seen.words);
  const double bare = (cpu_ns() - start) / kBarePasses;
  const auto bytes = static_cast<double>(seen.bytes);
  std::printf("%s %.4f\n%s-bare %.4f\n", name.c_str(), reader / bytes, name.c_str(), bare / bytes);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: reader_speed WEB_LOG MONITOR_LOG\n");
    return 2;
  }
  measure("web-log", {.file = argv[1], .format = "combined", .key = R"(^/(\w+)/(\d+))"});
  measure("redis-monitor", {.file = argv[2], .format = "redis-monitor"});
}
