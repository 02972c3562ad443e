// What a file of /proc says.
#pragma once

#include <fstream>
#include <string>

namespace hitbench {

// Up to a NUL; empty where it cannot be read. A process that ends meanwhile makes the read fail: getline() takes that
// for the end, where an iterator over the stream's buffer would throw.
inline std::string proc_text(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  std::getline(file, text, '\0');
  return text;
}

}  // namespace hitbench
