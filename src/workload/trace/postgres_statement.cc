#include "workload/trace/postgres_statement.h"

#include <algorithm>

#include "base/text.h"
#include "workload/trace/log_time.h"

namespace hitbench {
namespace {

constexpr std::string_view kPostgresDuration = "duration: ";
constexpr size_t kParametersTitle = std::string_view("parameters: ").size();  // capitalized since PostgreSQL 16

std::optional<Action> sql_action(const SqlStatement& sql) {
  std::string verb = lowered(sql.verb);
  if (verb == "with") verb = sql.changes_rows ? "update" : "select";
  if (verb == "select") return Action::read;
  for (const char* const writing : {"insert", "update", "delete", "merge"}) {
    if (verb == writing) return Action::write;
  }
  return std::nullopt;
}

std::string upper(std::string_view word) {
  std::string text(word.substr(0, 40));
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

}  // namespace

bool PostgresStatement::read(const PostgresEntry& entry, Request& request) {
  ++entries_;
  std::string_view rest = entry.message;
  if (!rest.starts_with(kPostgresDuration)) return false;
  rest.remove_prefix(kPostgresDuration.size());
  const size_t unit = rest.find(" ms");
  const auto duration = parse_log_number(rest.substr(0, unit), std::chrono::milliseconds(1));
  if (!duration || unit == std::string_view::npos) return false;
  rest.remove_prefix(unit + 3);
  const size_t colon = rest.find(": ");
  if (colon == std::string_view::npos || !rest.starts_with("  ")) {
    ++bare_durations_;  // log_duration writes those, without the statement
    return false;
  }
  ++statements_;
  request = {.origin_time = *duration};
  if (entry.time) request.time = *entry.time - *duration;  // the line is written at the end
  const std::string_view what = rest.substr(2, colon - 2), kind = what.substr(0, what.find(' '));
  read_text(rest.substr(colon + 2), entry, request);
  if (kind != "statement" && (kind != "execute" || what.starts_with("execute fetch from "))) {
    left_out_ = what.starts_with("execute fetch") ? "fetch" : kind.substr(0, 40);
    request.operation.reset();
    request.left_out = left_out_;
  }
  return true;
}

void PostgresStatement::read_text(std::string_view text, const PostgresEntry& entry, Request& request) {
  read_sql(text, sql_);
  const bool is_numbered = !entry.query_id.empty() && entry.query_id != "0";
  key_ = is_numbered ? std::string(entry.query_id) + sql_.literals : sql_.text;
  const bool has_parameters =
      entry.detail.size() > kParametersTitle && lowered(entry.detail.substr(0, kParametersTitle)) == "parameters: ";
  if (has_parameters) (key_ += ' ') += entry.detail.substr(kParametersTitle);
  request.key = key_;
  request.operation = sql_action(sql_);
  if (request.operation) return;
  left_out_ = "statement " + (sql_.verb.empty() ? "without a word" : upper(sql_.verb));
  request.left_out = left_out_;
}

std::string PostgresStatement::doubt() const {
  if (entries_ == 0 || statements_ > 0) return "";
  if (bare_durations_ > 0) return "its durations are without statements, as log_duration = on writes them";
  return "it has no statement with a duration";
}

}  // namespace hitbench
