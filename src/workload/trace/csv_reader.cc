// Format csv: a request a line, its columns as the layout says (RFC 4180, but a field does not span lines).
#include <algorithm>
#include <array>

#include "base/error.h"
#include "workload/trace/csv_fields.h"
#include "workload/trace/csv_layout.h"
#include "workload/trace/line_reader.h"
#include "workload/trace/log_time.h"
#include "workload/trace/operation_words.h"
#include "workload/trace/parts.h"
#include "workload/trace/trace_numbers.h"

namespace hitbench {
namespace {

constexpr uint64_t kMostRepeats = 1'000'000;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// Whether it was found; or how many of a line's requests were.
struct CsvHits {
  bool is_known = false;
  uint64_t count = 0;
};

CsvHits csv_hits(std::string_view word) {
  if (const auto number = trace_number(word)) return {.is_known = true, .count = *number};
  if (word.size() > 8) return {};
  const std::string small = lowered(word);
  for (const char* const yes : {"true", "t", "yes", "y", "hit", "found"}) {
    if (small == yes) return {.is_known = true, .count = kMostRepeats};
  }
  for (const char* const no : {"false", "f", "no", "n", "miss", "expired"}) {
    if (small == no) return {.is_known = true};
  }
  return {};
}

class CsvReader final : public LineReader {
 public:
  explicit CsvReader(TraceInput input) : LineReader(std::move(input)) {}

  void begin(std::string_view layout) {
    layout_ = parse_csv_layout(layout);
    std::vector<std::string> header;
    if (layout_.header) read_header(header);
    columns_ = header.size();
    indexes_ = csv_indexes(layout_, header, name());
    for (const size_t index : indexes_) {
      if (index != kNoColumn) needed_ = std::max(needed_, index + 1);
    }
  }

  Got next(Request& request) override {
    if (repeats_ == 0) {
      std::string_view line;
      if (!next_line(line)) return Got::end;
      if (lines().is_cut()) return refuse("a line of more than 4 MiB");
      if (lines().number() == 1 && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
      if (line.empty()) return refuse("blank line");
      if (!split(line) || !read_fields()) return Got::malformed;
    }
    request = request_;
    // Which of a line's requests were found is not said: they are taken to be the last ones.
    if (hits_.is_known) request.found = repeats_ <= hits_.count;
    tells_hits_ = tells_hits_ || hits_.is_known;
    --repeats_;
    return Got::request;
  }

  std::string remedy() const override {
    return "a line has " +
           (columns_ > 0 ? "the columns of the first line" : "at least " + std::to_string(needed_) + " columns") +
           ", with the key and, if they are named, a time such as 1700000000.25 or 2026-12-01T00:45:02Z, and sizes";
  }

  bool tells_hits() const override { return tells_hits_ || layout_.zero_is_miss; }
  bool has_whole_seconds() const override { return has_times_ && !has_fractions_; }

 private:
  void read_header(std::vector<std::string>& header) {
    std::string_view line;
    if (!next_line(line)) throw usage_error(name() + ": no line with the names of the columns", remedy());
    if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
    if (lines().is_cut() || !fields_.split(line, layout_.delimiter)) {
      throw usage_error(
          name() + ":1: these are no names of columns: " + (lines().is_cut() ? "too long" : fields_.wrong()), remedy());
    }
    for (const std::string_view field : fields_.all()) header.push_back(trimmed(field));
  }

  bool malformed(const std::string& why) {
    refuse(lines().is_unended() ? "cut off: " + why : why);
    return false;
  }

  bool split(std::string_view line) {
    if (layout_.plain_columns > 0) return split_plain(line);
    if (!fields_.split(line, layout_.delimiter)) return malformed(fields_.wrong());
    const size_t count = fields_.all().size();
    if (columns_ > 0 && count != columns_) {
      return malformed(std::to_string(count) + " columns where the first line has " + std::to_string(columns_));
    }
    if (count < needed_) return malformed("only " + counted(count, "column"));
    view_ = fields_.all();
    return true;
  }

  bool split_plain(std::string_view line) {
    if (!fields_.split_plain(line, layout_.delimiter)) return malformed(fields_.wrong());
    view_ = fields_.all();
    if (view_.size() < std::max(layout_.plain_columns, needed_)) {
      return malformed("only " + counted(view_.size(), "column"));
    }
    const size_t more = view_.size() - layout_.plain_columns;
    if (more == 0) return true;
    const size_t key = indexes_[static_cast<size_t>(CsvColumn::key)];
    const char* const end = view_[key + more].data() + view_[key + more].size();
    view_[key] = {view_[key].data(), static_cast<size_t>(end - view_[key].data())};
    view_.erase(view_.begin() + static_cast<std::ptrdiff_t>(key) + 1,
                view_.begin() + static_cast<std::ptrdiff_t>(key + more) + 1);
    return true;
  }

  std::string_view field(CsvColumn column) const {
    const size_t index = indexes_[static_cast<size_t>(column)];
    return index == kNoColumn ? std::string_view() : view_[index];
  }
  bool is_named(CsvColumn column) const { return indexes_[static_cast<size_t>(column)] != kNoColumn; }

  bool read_fields() {
    request_ = {.key = field(CsvColumn::key)};
    if (request_.key.empty()) return malformed("no key");
    hits_ = csv_hits(field(CsvColumn::found));
    return read_time() && read_operation() && read_ttl() && read_sizes() && read_count();
  }

  bool read_time() {
    if (!is_named(CsvColumn::time)) return true;
    const std::string_view text = field(CsvColumn::time);
    request_.time = parse_log_number(text, layout_.time_unit);
    if (!request_.time) {
      const bool is_number = text.find_first_not_of("0123456789.") == std::string_view::npos;
      const auto date = is_number ? std::nullopt : parse_log_time(text);
      if (!date) return malformed(text.empty() ? "no time" : "not a time");
      request_.time = date->since_1970;
    }
    has_times_ = true;
    has_fractions_ = has_fractions_ || request_.time->count() % 1'000'000'000 != 0;
    return true;
  }

  bool read_operation() {
    if (!is_named(CsvColumn::op)) return true;
    const std::string_view word = field(CsvColumn::op);
    if (word.empty()) return malformed("no operation");
    request_.operation = operation_of_word(word);
    if (request_.operation) return true;
    left_out_ = "operation " + std::string(word.substr(0, 40));
    request_.left_out = left_out_;
    return true;
  }

  bool read_ttl() {
    const std::string_view text = field(CsvColumn::ttl);
    if (text.empty() || text == "-1") return true;
    request_.ttl = parse_log_number(text, std::chrono::seconds(1));
    if (!request_.ttl) return malformed("not a TTL in seconds");
    if (request_.ttl->count() == 0) request_.ttl.reset();
    return true;
  }

  bool read_sizes() {
    const std::string_view value = field(CsvColumn::value_bytes), key = field(CsvColumn::key_bytes);
    request_.value_bytes = trace_number(value);
    request_.key_bytes = trace_number(key);
    if (!value.empty() && !request_.value_bytes) return malformed("not a size");
    if (!key.empty() && !request_.key_bytes) return malformed("not a size of a key");
    const bool is_read = request_.operation == Action::read;
    if (!is_read) hits_ = {};
    if (!layout_.zero_is_miss || !is_read || !request_.value_bytes) return true;
    if (*request_.value_bytes == 0) {
      hits_ = {.is_known = true};
      request_.value_bytes.reset();
    } else if (!hits_.is_known) {
      hits_ = {.is_known = true, .count = kMostRepeats};
    }
    return true;
  }

  bool read_count() {
    repeats_ = 0;
    if (!is_named(CsvColumn::count)) {
      repeats_ = 1;
      return true;
    }
    const auto count = trace_number(field(CsvColumn::count));
    if (!count || *count == 0 || *count > kMostRepeats)
      return malformed("not a number of requests from 1 to 1,000,000");
    repeats_ = *count;
    return true;
  }

  CsvLayout layout_;
  std::array<size_t, kCsvColumns> indexes_{};
  size_t columns_ = 0;  // of the header; 0 if there is none
  size_t needed_ = 0;
  CsvFields fields_;
  std::vector<std::string_view> view_;  // fields of the line, by column
  Request request_;                     // of the line
  CsvHits hits_;
  bool tells_hits_ = false;
  uint64_t repeats_ = 0;  // that are left of it
  std::string left_out_;
  bool has_times_ = false, has_fractions_ = false;
};

}  // namespace

std::unique_ptr<TraceReader> make_csv_reader(TraceInput input) {
  const std::string layout = input.layout;
  auto reader = std::make_unique<CsvReader>(std::move(input));
  reader->begin(layout);
  return reader;
}

}  // namespace hitbench
