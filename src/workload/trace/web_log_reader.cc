// Web logs: text, one request a line, put together as the layout says. The layout is a log format (web_log_layout.h);
// or "#Fields:" for logs that name their columns themselves, with those that hold until they do.
#include <algorithm>
#include <cstring>
#include <utility>

#include "workload/trace/line_reader.h"
#include "workload/trace/parts.h"
#include "workload/trace/web_log_layout.h"

namespace hitbench {
namespace {

constexpr std::string_view kFieldsDirective = "#Fields:";

// A quote that a server writes into a quoted field has a backslash before it, and so has a backslash.
bool is_escaped(std::string_view text, size_t at) {
  size_t backslashes = 0;
  while (backslashes < at && text[at - 1 - backslashes] == '\\') ++backslashes;
  return backslashes % 2 == 1;
}

// What stands around it says that the list goes on: "0.1, 0.2 : 0.3" at its blanks.
bool is_within_list(std::string_view text, size_t at) {
  const std::string_view before = text.substr(0, at);
  return before.ends_with(',') || before.ends_with(" :") || text.substr(at).starts_with(" : ");
}

// The last field ends with the line, or, of those without blanks, before what the layout does not know of.
size_t end_of_last(const WebStep& step, std::string_view text) {
  const bool has_blanks = step.field == WebField::ignored || step.field == WebField::request_line ||
                          step.field == WebField::ended || step.field == WebField::arrived || step.is_list;
  return has_blanks && !step.is_column ? text.size() : std::min(text.find_first_of(" \t"), text.size());
}

// Where the field ends that `text` starts with; npos if it does not.
size_t end_of_field(const WebStep& step, std::string_view text) {
  const std::string& after = step.after;
  size_t at = 0, passes = step.passes;
  if (step.is_column && text.starts_with('"')) {
    do at = text.find('"', at + 1);
    while (at < text.size() && is_escaped(text, at));
    if (at == text.npos || ++at == text.size()) return after.empty() ? at : text.npos;
  }
  if (after.empty()) return at == 0 ? end_of_last(step, text) : at;
  const char first = after[0];
  for (; at < text.size(); ++at) {
    const auto* const hit = static_cast<const char*>(std::memchr(text.data() + at, first, text.size() - at));
    if (hit == nullptr) return text.npos;
    at = static_cast<size_t>(hit - text.data());
    if (passes > 0) {
      --passes;
      continue;
    }
    if (after.size() > 1 && !text.substr(at + 1).starts_with(std::string_view(after).substr(1))) continue;
    if (first == '"' && is_escaped(text, at)) continue;
    if (step.is_list && is_within_list(text, at)) continue;
    return at;
  }
  return text.npos;
}

class WebLogReader final : public LineReader {
 public:
  WebLogReader(TraceInput input, const std::string& layout) : LineReader(std::move(input)), spelled_(layout) {
    if (spelled_.starts_with(kFieldsDirective)) {
      has_directives_ = true;
      columns_ = spelled_.substr(kFieldsDirective.size());
    } else {
      use(parse_web_log_layout(spelled_));
    }
  }

  Got next(Request& request) override {
    std::string_view line;
    while (true) {
      if (!next_line(line)) return Got::end;
      if (!line.starts_with('#')) break;
      take_directive(line);
    }
    ++lines_;
    const Got got = read(line, request);
    malformed_ += got == Got::malformed;
    return got;
  }

  std::string remedy() const override {
    if (has_directives_)
      return "the line \"#Fields: date time cs-method cs-uri-stem ...\" names the columns of the lines";
    return "a line of this layout is: " + spelled_;
  }

  std::string doubt() const override {
    if (malformed_ * 2 <= lines_) return "";
    return "most of its lines are not of this layout; " + remedy();
  }

  bool has_whole_seconds() const override { return has_times_ && !fields_.saw_fraction(); }

 private:
  void use(WebLogLayout layout) {
    layout_ = std::move(layout);
    has_times_ = false;
    for (const WebStep& step : layout_.steps) {
      has_times_ |= step.field == WebField::ended || step.field == WebField::arrived || step.field == WebField::clock;
    }
  }

  // No web log has lines of another kind that start with a '#'.
  void take_directive(std::string_view line) {
    if (has_directives_ && line.starts_with(kFieldsDirective) && !lines().is_cut()) {
      columns_ = line.substr(kFieldsDirective.size());
      layout_.steps.clear();
    }
  }

  Got read(std::string_view line, Request& request) {
    if (lines().is_cut()) return refuse("a line of more than 4 MiB");
    if (line.empty()) return refuse("blank line");
    if (layout_.steps.empty()) {  // the first line tells what separates them
      use(parse_web_log_columns(columns_, line.find('\t') == line.npos ? ' ' : '\t'));
      if (layout_.steps.empty()) return refuse("no line \"#Fields:\" before it that names a column with the URI");
    }
    WebEntry entry;
    if (!read_entry(line, entry)) return refuse(lines().is_unended() ? "cut off" : fault());
    requests_.make(entry, request);
    return Got::request;
  }

  bool read_entry(std::string_view line, WebEntry& entry) {
    faulty_ = nullptr;
    if (!line.starts_with(layout_.before)) return false;
    line.remove_prefix(layout_.before.size());
    for (const WebStep& step : layout_.steps) {
      faulty_ = &step;
      while (step.skips_blanks && line.starts_with(' ')) line.remove_prefix(1);
      const size_t end = end_of_field(step, line);
      ends_ = end != line.npos;
      if (!ends_) return false;
      std::string_view text = line.substr(0, end);
      if (step.is_column && text.size() > 1 && text.starts_with('"')) text = text.substr(1, text.size() - 2);
      if (!fields_.take(step.field, text, entry)) return false;
      line.remove_prefix(step.keeps_after ? end : end + step.after.size());
    }
    return true;
  }

  std::string fault() const {
    if (faulty_ == nullptr) return "'" + layout_.before + "' is missing at its start";
    if (!ends_) return "'" + faulty_->after + "' is missing behind " + faulty_->name;
    return "no " + std::string(web_field_noun(faulty_->field)) + " where " + faulty_->name + " should be";
  }

  const std::string spelled_;
  bool has_directives_ = false;
  std::string columns_;  // where the lines have a layout of columns, which then follows from them
  WebLogLayout layout_;
  bool has_times_ = false;
  WebFields fields_;
  WebRequests requests_;
  const WebStep* faulty_ = nullptr;  // of the last line
  bool ends_ = true;
  uint64_t lines_ = 0, malformed_ = 0;
};

}  // namespace

std::unique_ptr<TraceReader> make_web_log_reader(TraceInput input) {
  const std::string layout = input.layout;
  return std::make_unique<WebLogReader>(std::move(input), layout);
}

}  // namespace hitbench
