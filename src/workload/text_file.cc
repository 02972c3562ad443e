#include "workload/text_file.h"

#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace hitbench {
namespace {

constexpr size_t kLongestLine = size_t{64} << 10;  // a device or a binary file may never end a line
constexpr const char* kRemedy = "name a text file that can be read";

}  // namespace

TextFile::TextFile(const std::string& path) : path_(path), line_(kLongestLine + 1), file_(path) {
  if (!file_) throw usage_error(path_ + ": " + std::strerror(errno), kRemedy);
}

bool TextFile::next(std::string_view& line) {
  if (file_.getline(line_.data(), static_cast<std::streamsize>(line_.size()))) {
    // The count includes the line feed; only the last line may lack one.
    const auto bytes = static_cast<size_t>(file_.gcount()) - (file_.eof() ? 0 : 1);
    line = std::string_view(line_.data(), bytes);
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++line_number_;
    return true;
  }
  if (!file_.bad() && !file_.eof() && file_.gcount() > 0) {
    ++line_number_;
    refuse("a line of more than 64 KiB", kRemedy);
  }
  if (file_.bad() || !file_.eof()) throw usage_error(path_ + ": cannot be read", kRemedy);
  return false;
}

void TextFile::refuse(const std::string& what, const std::string& remedy) const {
  throw usage_error(where() + ": " + what, remedy);
}

}  // namespace hitbench
