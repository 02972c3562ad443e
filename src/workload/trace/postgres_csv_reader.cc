// Format postgres-csv: PostgreSQL's log with log_destination = csvlog. A record spans lines where a statement does.
#include <algorithm>

#include "workload/trace/csv_fields.h"
#include "workload/trace/line_reader.h"
#include "workload/trace/parts.h"
#include "workload/trace/postgres_statement.h"
#include "workload/trace/postgres_time.h"

namespace hitbench {
namespace {

// Columns from 0, as in PostgreSQL's documentation of csvlog; those of 9.0 to 12 end before kQueryId.
constexpr size_t kPgTime = 0, kPgMessage = 13, kPgDetail = 14, kPgQueryId = 25, kFewestPgColumns = 23;
constexpr size_t kLongestPgRecord = size_t{1} << 20;

class PostgresCsvReader final : public LineReader {
 public:
  using LineReader::LineReader;

  Got next(Request& request) override {
    while (next_record()) {
      if (lines().is_cut() || record_.size() > kLongestPgRecord) return skip();
      if (is_open_) return refuse("cut off: a quote that is not closed");
      if (!fields_.split(record_, ',')) return refuse(fields_.wrong());
      const std::vector<std::string_view>& fields = fields_.all();
      if (fields.size() < kFewestPgColumns) {
        return refuse((lines().is_unended() ? "cut off: " : "") + std::to_string(fields.size()) +
                      " columns where PostgreSQL writes 23 to 26");
      }
      const auto time = find_postgres_time(fields[kPgTime]);
      if (!time) return refuse("no time in the first column");
      const PostgresEntry entry{.time = time->since_1970,
                                .message = fields[kPgMessage],
                                .detail = fields[kPgDetail],
                                .query_id = fields.size() > kPgQueryId ? fields[kPgQueryId] : std::string_view()};
      if (statement_.read(entry, request)) return Got::request;
    }
    return Got::end;
  }

  std::string where() const override { return name() + ":" + std::to_string(first_line_); }
  std::string_view excerpt() const override { return record_; }
  std::string remedy() const override { return kPostgresRemedy; }
  std::string doubt() const override { return statement_.doubt(); }

 private:
  // Lines until the quotes are even, or there is too much of them.
  bool next_record() {
    std::string_view line;
    record_.clear();
    is_open_ = false;
    while (has_ahead_ || next_line(line)) {
      if (has_ahead_) line = ahead_;
      has_ahead_ = false;
      if (record_.empty()) {
        first_line_ = lines().number();
      } else {
        record_ += '\n';
      }
      record_ += line;
      is_open_ = is_open_ != (std::count(line.begin(), line.end(), '"') % 2 != 0);
      if (!is_open_ || lines().is_cut() || record_.size() > kLongestPgRecord) return true;
    }
    return !record_.empty();
  }

  // Goes on where a line begins as records do.
  Got skip() {
    for (std::string_view line; next_line(line);) {
      if (!begins_record(line)) continue;
      ahead_ = line;
      has_ahead_ = true;
      break;
    }
    record_.resize(std::min(record_.size(), kLongestPgRecord));
    return refuse("a record of more than 1 MiB");
  }

  static bool begins_record(std::string_view line) {
    const std::string_view first = line.substr(0, line.find(','));
    return first.size() >= 19 && first.size() < 40 && find_postgres_time(first).has_value();
  }

  std::string record_, ahead_;
  bool is_open_ = false, has_ahead_ = false;
  uint64_t first_line_ = 0;
  CsvFields fields_;
  PostgresStatement statement_;
};

}  // namespace

std::unique_ptr<TraceReader> make_postgres_csv_reader(TraceInput input) {
  return std::make_unique<PostgresCsvReader>(std::move(input));
}

}  // namespace hitbench
