// What a line of PostgreSQL's log says of a statement, however the line is written. Such lines are there with
// log_min_duration_statement = 0: "duration: 0.123 ms  execute <unnamed>: SELECT ... WHERE id = $1".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "workload/trace/postgres_sql.h"
#include "workload/trace/reader.h"

namespace hitbench {

struct PostgresEntry {
  std::optional<Duration> time = {};
  std::string_view message = {};
  std::string_view detail = {};
  std::string_view query_id = {};  // "0" and empty: none
};

class PostgresStatement {
 public:
  // False if the entry is about something else. What `request` points at is valid until the next call.
  //
  // Its key is the statement's text, without comments and superfluous blanks, and its parameters; or, where the server
  // gave the statement a number (compute_query_id), that number with the statement's constants and parameters.
  bool read(const PostgresEntry& entry, Request& request);
  // Why this is probably not such a log; else empty.
  std::string doubt() const;

 private:
  void read_text(std::string_view text, const PostgresEntry& entry, Request& request);

  SqlStatement sql_;
  std::string key_, left_out_;
  uint64_t entries_ = 0, statements_ = 0, bare_durations_ = 0;
};

inline constexpr const char* kPostgresRemedy =
    "set log_min_duration_statement = 0, reload, and take the log from then on; log_destination = csvlog or jsonlog "
    "tells most";

}  // namespace hitbench
