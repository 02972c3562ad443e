// Exact expected texts, as files: they change only in a commit that says why.
#pragma once

#include <fstream>
#include <sstream>
#include <string>

namespace hitbench {

inline std::string golden(const std::string& name) {
  std::ifstream file(std::string(HITBENCH_GOLDEN) + "/" + name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace hitbench
