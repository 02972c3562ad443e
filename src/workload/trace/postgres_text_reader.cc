// Format postgres-text: PostgreSQL's log with log_destination = stderr, with whatever log_line_prefix. A statement's
// further lines begin with a tab, and its parameters are a line behind it.
#include "workload/trace/line_reader.h"
#include "workload/trace/parts.h"
#include "workload/trace/postgres_statement.h"
#include "workload/trace/postgres_time.h"

namespace hitbench {
namespace {

constexpr std::string_view kPgLog = "LOG:  ", kPgTextDetail = "DETAIL:  ";
constexpr size_t kLongestPgPrefix = 1024;
constexpr size_t kLongestPgText = size_t{1} << 20;

class PostgresTextReader final : public LineReader {
 public:
  using LineReader::LineReader;

  Got next(Request& request) override {
    while (has_ahead_ || take_line()) {
      has_ahead_ = false;
      first_line_ = lines().number();
      const size_t log = ahead_.substr(0, kLongestPgPrefix).find(kPgLog);
      const bool has_duration =
          log != std::string::npos && std::string_view(ahead_).substr(log + kPgLog.size()).starts_with("duration: ");
      if (!has_duration) {
        statement_.read({}, request);  // counts it
        continue;
      }
      const std::string_view prefix = std::string_view(ahead_).substr(0, log);
      const auto time = find_postgres_time(prefix);
      is_whole_ = is_whole_ && time && !time->has_fraction;
      has_times_ = has_times_ || time;
      message_.assign(ahead_, log + kPgLog.size());
      read_rest(prefix.size());
      if (is_damaged_) return refuse("cut off: the last line has no end");
      if (message_.size() > kLongestPgText) return refuse("a statement of more than 1 MiB");
      PostgresEntry entry{.message = message_, .detail = detail_};
      if (time) entry.time = time->since_1970;
      if (statement_.read(entry, request)) return Got::request;
    }
    return Got::end;
  }

  std::string where() const override { return name() + ":" + std::to_string(first_line_); }
  std::string_view excerpt() const override { return message_; }
  std::string remedy() const override { return kPostgresRemedy; }
  std::string doubt() const override { return statement_.doubt(); }
  bool has_whole_seconds() const override { return has_times_ && is_whole_; }

 private:
  bool take_line() {
    std::string_view line;
    if (!next_line(line)) return false;
    ahead_ = line;
    return true;
  }

  // What belongs to message_, up to the line that does not.
  void read_rest(size_t prefix_bytes) {
    std::string* text = &message_;
    detail_.clear();
    is_damaged_ = lines().is_unended();
    while (take_line()) {
      is_damaged_ = lines().is_unended();
      if (ahead_.starts_with('\t')) {
        if (text->size() <= kLongestPgText) (*text += '\n').append(ahead_, 1);
        continue;
      }
      const size_t detail = ahead_.substr(0, prefix_bytes + kLongestPgPrefix).find(kPgTextDetail);
      const bool is_detail = text == &message_ && detail != std::string::npos && detail <= prefix_bytes + 8;
      if (!is_detail) {
        is_damaged_ = false;
        has_ahead_ = true;
        return;
      }
      detail_.assign(ahead_, detail + kPgTextDetail.size());
      text = &detail_;
    }
  }

  std::string ahead_, message_, detail_;
  bool has_ahead_ = false;  // ahead_ is not used up
  bool is_damaged_ = false, is_whole_ = true, has_times_ = false;
  uint64_t first_line_ = 0;
  PostgresStatement statement_;
};

}  // namespace

std::unique_ptr<TraceReader> make_postgres_text_reader(TraceInput input) {
  return std::make_unique<PostgresTextReader>(std::move(input));
}

}  // namespace hitbench
