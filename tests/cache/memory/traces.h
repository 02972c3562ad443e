// Real access traces for tests, which are optional: they lie in the folder that HITBENCH_TRACES names, else in
// shared/traces beside the sources. Tests that need them derive from NeedsTraces, whose tests are skipped where there
// is no such folder, and have "Traces" in their names.
#pragma once

#include <gtest/gtest.h>
#include <stdio.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hitbench {

// Requests for keys 0 to keys - 1, numbered in the order of their first requests.
struct DenseTrace {
  std::vector<uint32_t> requests;
  uint32_t keys = 0;
};

// `HITBENCH_SOURCE_DIR` comes from CMakeLists.txt.
inline std::string traces_folder() {
  const char* const named = std::getenv("HITBENCH_TRACES");
  return named != nullptr ? named : HITBENCH_SOURCE_DIR "/../shared/traces";
}

class NeedsTraces : public testing::Test {
 protected:
  void SetUp() override {
    if (std::filesystem::is_directory(traces_folder())) return;
    GTEST_SKIP() << "no traces in " << traces_folder() << ": set HITBENCH_TRACES to the folder that holds them";
  }
};

namespace trace_files {

inline std::string output_of(const std::string& command) {
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::string output;
  std::vector<char> buffer(size_t{1} << 20);
  for (size_t size; (size = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) output.append(buffer.data(), size);
  if (pclose(pipe) != 0) throw std::runtime_error(command + " failed");
  return output;
}

class Numbering {
 public:
  void add(uint64_t key) {
    const auto [at, is_new] = numbers_.try_emplace(key, trace_.keys);
    if (is_new) ++trace_.keys;
    trace_.requests.push_back(at->second);
  }
  DenseTrace finish() { return std::move(trace_); }

 private:
  std::unordered_map<uint64_t, uint32_t> numbers_;
  DenseTrace trace_;
};

// Lines of `start count ignored number`: `count` keys from `start` on.
inline DenseTrace parse_lis(const std::string& text) {
  Numbering numbering;
  for (const char* at = text.c_str(); *at != '\0';) {
    char* end = nullptr;
    const uint64_t start = std::strtoull(at, &end, 10);
    const uint64_t count = std::strtoull(end, &end, 10);
    for (uint64_t i = 0; i < count; ++i) numbering.add(start + i);
    while (*end != '\n' && *end != '\0') ++end;
    at = *end == '\n' ? end + 1 : end;
  }
  return numbering.finish();
}

// Keys of four bytes, the most significant first.
inline DenseTrace parse_words(const std::string& bytes) {
  Numbering numbering;
  for (size_t i = 0; i + 4 <= bytes.size(); i += 4) {
    uint32_t key = 0;
    for (size_t j = 0; j < 4; ++j) key = key << 8 | static_cast<uint8_t>(bytes[i + j]);
    numbering.add(key);
  }
  return numbering.finish();
}

}  // namespace trace_files

// Of a file such as "OLTP.lis.zst" or "orm-busy.trace.xz"; read once in a process.
inline const DenseTrace& trace_named(std::string_view file) {
  static std::map<std::string, DenseTrace, std::less<>> traces;
  const auto at = traces.find(file);
  if (at != traces.end()) return at->second;
  const std::string quoted = "'" + traces_folder() + "/" + std::string(file) + "'";
  const std::string content = trace_files::output_of((file.ends_with(".zst") ? "zstd -dc " : "xz -dc ") + quoted);
  const bool is_lis = file.find(".lis.") != std::string::npos;
  return traces[std::string(file)] = is_lis ? trace_files::parse_lis(content) : trace_files::parse_words(content);
}

}  // namespace hitbench
