#include "workload/text_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "base/error.h"

namespace hitbench {
namespace {

constexpr size_t kLongestLine = size_t{64} << 10;  // also where a device or a binary file never ends a line
constexpr const char* kRemedy = "name a text file that can be read";

}  // namespace

void for_each_line(const std::string& path, const std::function<void(std::string_view, uint64_t)>& take) {
  std::ifstream file(path);
  if (!file) throw usage_error(path + ": " + std::strerror(errno), kRemedy);
  std::vector<char> block(kLongestLine + 1);
  uint64_t number = 1;
  for (; file.getline(block.data(), static_cast<std::streamsize>(block.size())); ++number) {
    // Of a line that has ended the count includes its end.
    const auto bytes = static_cast<size_t>(file.gcount()) - (file.eof() ? 0 : 1);
    std::string_view line(block.data(), bytes);
    if (line.ends_with('\r')) line.remove_suffix(1);
    take(line, number);
  }
  if (!file.bad() && !file.eof() && file.gcount() > 0) refuse_line(path, number, "a line of more than 64 KiB", kRemedy);
  if (file.bad() || !file.eof()) throw usage_error(path + ": cannot be read", kRemedy);
}

void refuse_line(const std::string& path, uint64_t number, const std::string& what, const std::string& remedy) {
  throw usage_error(path + ":" + std::to_string(number) + ": " + what, remedy);
}

}  // namespace hitbench
