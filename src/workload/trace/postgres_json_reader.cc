// Format postgres-json: PostgreSQL's log with log_destination = jsonlog (since 15): an object a line.
#include <nlohmann/json.hpp>

#include "workload/trace/line_reader.h"
#include "workload/trace/parts.h"
#include "workload/trace/postgres_statement.h"
#include "workload/trace/postgres_time.h"

namespace hitbench {
namespace {

// Keeps the few members that count, of the outermost object only.
class PgJsonMembers final : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::string timestamp, message, detail, query_id;

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t value) override { return take_id(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return take_id(std::to_string(value)); }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t& value) override {
    if (depth_ == 1 && member_ != nullptr) member_->swap(value);
    return true;
  }
  bool binary(binary_t&) override { return true; }
  bool start_object(size_t) override { return ++depth_ < kDeepest; }
  bool key(string_t& name) override {
    member_ = nullptr;
    if (depth_ != 1) return true;
    if (name == "timestamp") member_ = &timestamp;
    if (name == "message") member_ = &message;
    if (name == "detail") member_ = &detail;
    if (name == "query_id") member_ = &query_id;
    return true;
  }
  bool end_object() override {
    member_ = nullptr;
    return --depth_ >= 0;
  }
  bool start_array(size_t) override { return ++depth_ < kDeepest; }
  bool end_array() override { return --depth_ >= 0; }
  bool parse_error(size_t, const std::string&, const nlohmann::json::exception&) override { return false; }

 private:
  static constexpr int kDeepest = 100;  // PostgreSQL writes 1

  bool take_id(std::string text) {
    if (depth_ == 1 && member_ == &query_id) query_id = std::move(text);
    return true;
  }

  int depth_ = 0;
  std::string* member_ = nullptr;  // that comes next
};

class PostgresJsonReader final : public LineReader {
 public:
  using LineReader::LineReader;

  Got next(Request& request) override {
    for (std::string_view line; next_line(line);) {
      if (lines().is_cut()) return refuse("a line of more than 4 MiB");
      members_ = {};
      if (!line.starts_with('{') || !nlohmann::json::sax_parse(line, &members_)) {
        return refuse(lines().is_unended() ? "cut off" : "no JSON object");
      }
      const auto time = find_postgres_time(members_.timestamp);
      if (!time) return refuse("no timestamp");
      const PostgresEntry entry{.time = time->since_1970,
                                .message = members_.message,
                                .detail = members_.detail,
                                .query_id = members_.query_id};
      if (statement_.read(entry, request)) return Got::request;
    }
    return Got::end;
  }

  std::string remedy() const override { return kPostgresRemedy; }
  std::string doubt() const override { return statement_.doubt(); }

 private:
  PgJsonMembers members_;
  PostgresStatement statement_;
};

}  // namespace

std::unique_ptr<TraceReader> make_postgres_json_reader(TraceInput input) {
  return std::make_unique<PostgresJsonReader>(std::move(input));
}

}  // namespace hitbench
