// Command lines, one word a line: each is understood, or refused with Error{usage}.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/error.h"
#include "cli/options.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::vector<std::string> words{"hitbench"};
  std::string text(reinterpret_cast<const char*>(data), size);
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    words.emplace_back(text.substr(at, end - at).c_str());  // as exec hands it over: up to the first zero byte
    at = end + 1;
  }
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  try {
    const hitbench::Options options = hitbench::parse_options(static_cast<int>(words.size()), argv.data(), "version");
    CHECK(options.command.empty() != options.text.empty());
  } catch (const hitbench::Error& error) {
    CHECK(error.cause() == hitbench::Error::Cause::usage);
    CHECK(!std::string(error.what()).empty());
  }
  return 0;
}
