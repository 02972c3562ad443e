#include "workload/text_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/error.h"

namespace hitbench {

void for_each_line(const std::string& path, const std::function<void(std::string_view, uint64_t)>& take) {
  std::ifstream file(path);
  if (!file) throw usage_error(path + ": " + std::strerror(errno), "name a text file that can be read");
  std::string line;
  for (uint64_t number = 1; std::getline(file, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    take(line, number);
  }
  if (file.bad() || !file.eof()) throw usage_error(path + ": cannot be read", "name a text file that can be read");
}

void refuse_line(const std::string& path, uint64_t number, const std::string& what, const std::string& remedy) {
  throw usage_error(path + ":" + std::to_string(number) + ": " + what, remedy);
}

}  // namespace hitbench
