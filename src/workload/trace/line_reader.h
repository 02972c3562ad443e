// What readers of text have in common: a request is one line.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "workload/trace/lines.h"
#include "workload/trace/reader.h"

namespace hitbench {

class LineReader : public TraceReader {
 public:
  explicit LineReader(TraceInput input) : name_(std::move(input.name)), lines_(std::move(input.bytes)) {}

  std::string where() const override { return name_ + ":" + std::to_string(lines_.number()); }
  std::string why() const override { return why_; }
  std::string_view excerpt() const override { return line_; }

 protected:
  // The next line, also of those too long to be read whole; see lines().is_cut().
  bool next_line(std::string_view& line) {
    const bool there = lines_.next(line_);
    line = line_;
    return there;
  }
  Got refuse(std::string why) {
    why_ = std::move(why);
    return Got::malformed;
  }
  const LineSource& lines() const { return lines_; }
  const std::string& name() const { return name_; }

 private:
  const std::string name_;
  LineSource lines_;
  std::string_view line_;
  std::string why_;
};

}  // namespace hitbench
