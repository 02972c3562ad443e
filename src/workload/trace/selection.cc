#include "workload/trace/selection.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/crc32c.h"
#include "base/error.h"
#include "base/printable.h"
#include "base/text.h"

namespace hitbench {
namespace {

constexpr size_t kMostShown = 3, kMostExcerpt = 120;
constexpr double kMostMalformed = 0.01;
// A file in another format should not be read to its end: looked at after so many lines.
constexpr uint64_t kEarlyLook = 10000;
constexpr double kMostMalformedEarly = 0.5;
constexpr int kMostGroups = 16;

std::string_view without_query(std::string_view uri) { return uri.substr(0, uri.find('?')); }

bool is_in(std::string_view word, const std::vector<std::string>& words) {
  const std::string low = lowered(word);
  return std::any_of(words.begin(), words.end(), [&](const std::string& each) { return lowered(each) == low; });
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

KeyRule::KeyRule(const std::string& rule)
    : kind_(rule == "url"          ? Kind::url
            : rule == "path+query" ? Kind::path_and_query
            : rule == "path"       ? Kind::path
                                   : Kind::expression) {
  if (kind_ != Kind::expression) return;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_encoding(re2::RE2::Options::EncodingLatin1);  // logs hold any bytes
  expression_ = std::make_unique<re2::RE2>(rule, options);
  if (!expression_->ok()) {
    throw usage_error("the key's expression \"" + rule + "\": " + expression_->error(),
                      "write url, path, path+query or a regular expression, such as ^/product/([0-9]+)");
  }
  if (expression_->NumberOfCapturingGroups() > kMostGroups) {
    throw usage_error("the key's expression has more than 16 groups", "use (?:...) for groups that are not the key");
  }
}

KeyRule::~KeyRule() = default;

bool KeyRule::matched(std::string_view text, std::string_view& key) {
  std::array<re2::StringPiece, kMostGroups + 1> groups;
  const int count = expression_->NumberOfCapturingGroups() + 1;
  if (!expression_->Match(piece(text), 0, text.size(), re2::RE2::UNANCHORED, groups.data(), count)) return false;
  if (count <= 2) {
    const re2::StringPiece& found = groups[static_cast<size_t>(count - 1)];
    key = {found.data(), found.size()};
    return true;
  }
  built_.clear();
  for (int i = 1; i < count; ++i) {
    const re2::StringPiece& group = groups[static_cast<size_t>(i)];
    if (i > 1) built_ += '/';
    built_.append(group.data(), group.size());
  }
  key = built_;
  return true;
}

bool KeyRule::key_of(const Request& request, std::string_view& key) {
  switch (kind_) {
    case Kind::path:
      key = without_query(request.key);
      return true;
    case Kind::expression:
      return matched(request.key, key);
    case Kind::url:
      if (!request.host.empty()) {
        built_.assign(request.host).append(request.key);
        key = built_;
        return true;
      }
      [[fallthrough]];
    case Kind::path_and_query:
      key = request.key;
      return true;
  }
  return false;
}

TraceSelection::TraceSelection(const TraceSpec& spec, std::unique_ptr<TraceReader> reader, const std::string& format)
    : spec_(spec), format_(format), reader_(std::move(reader)), rule_(spec.key) {}

std::string TraceSelection::operation_by_method(Request& request) {
  if ((spec_.reads.empty() && spec_.writes.empty()) || request.method.empty()) return "";
  has_methods_ = true;
  if (is_in(request.method, spec_.reads)) {
    request.operation = Action::read;
  } else if (is_in(request.method, spec_.writes)) {
    request.operation = lowered(request.method).starts_with("del") ? Action::erase : Action::write;
  } else {
    return "method " + printable(request.method);
  }
  return "";
}

Duration TraceSelection::on_its_clock(const TraceInstant& instant) const {
  return instant.is_since_start ? *start_ + instant.time : instant.time;
}

std::string TraceSelection::unwanted(Request& request) {
  if (!request.left_out.empty()) return printable(request.left_out);
  if (request.time && !start_) start_ = request.time;
  if (request.time && spec_.from && *request.time < on_its_clock(*spec_.from)) return "before the time asked for";
  if (request.time && spec_.to && *request.time >= on_its_clock(*spec_.to)) return "after the time asked for";
  if (std::string why = operation_by_method(request); !why.empty()) return why;
  if (!rule_.key_of(request, request.key)) return "no match for the key";
  if (request.key.empty()) return "empty key";
  if (spec_.sample < 1) {
    constexpr double kAll = static_cast<double>(std::numeric_limits<uint64_t>::max());
    if (static_cast<double>(hash_bytes(request.key)) / kAll >= spec_.sample) return kNotSampled;
  }
  return "";
}

void TraceSelection::note_malformed() {
  ++counts_.malformed;
  if (counts_.first_malformed.size() < kMostShown) {
    const std::string text = printable(without_middle(reader_->excerpt(), kMostExcerpt));
    counts_.first_malformed.push_back(reader_->where() + ": " + printable(reader_->why()) + ": " + text);
  }
}

void TraceSelection::check_malformed(double most_share) const {
  const auto most =
      spec_.max_malformed ? static_cast<double>(*spec_.max_malformed) : most_share * static_cast<double>(read_);
  if (static_cast<double>(counts_.malformed) <= most) return;
  std::string text =
      fmt::format("{}: {} of {} are malformed", spec_.file, counted(counts_.malformed, "line"), counted(read_, "line"));
  for (const std::string& line : counts_.first_malformed) text += "\n  " + line;
  throw usage_error(text, "name the format (`hitbench list traces`): " + reader_->remedy() +
                              "; or allow more of them with --max-malformed N");
}

void TraceSelection::end() {
  counts_.lost = reader_->lost();
  check_malformed(kMostMalformed);
  if (counts_.requests > 0 && !has_methods_ && !(spec_.reads.empty() && spec_.writes.empty())) {
    throw usage_error(fmt::format("{}: its requests (format {}) have no methods that reads and writes could name",
                                  spec_.file, format_),
                      "leave both out");
  }
  if (counts_.requests > 0) return;
  if (read_ == 0) throw usage_error(spec_.file + ": the trace is empty", reader_->remedy());
  std::string why;
  for (const auto& [reason, count] : counts_.left_out) add_part(why, fmt::format("{} ({})", reason, count));
  throw usage_error(fmt::format("{}: none of {} is left: {}", spec_.file, counted(read_, "request"), why),
                    "look at the first lines with `hitbench trace`, and name another key, other methods or times");
}

bool TraceSelection::next(Request& request) {
  for (Got got; (got = reader_->next(request)) != Got::end;) {
    if (++read_ == kEarlyLook) check_malformed(kMostMalformedEarly);
    if (got == Got::malformed) {
      note_malformed();
      continue;
    }
    std::string why = unwanted(request);
    if (why.empty()) return ++counts_.requests, true;
    ++counts_.left_out[std::move(why)];
  }
  end();
  return false;
}

}  // namespace hitbench
