#include "cache/server_fields.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/error.h"
#include "io/cpus.h"

namespace hitbench {

std::vector<Field> server_fields(std::string_view address_doc) {
  return {
      {.name = "address", .type = FieldType::text, .fallback = "null", .doc = std::string(address_doc)},
      {.name = "server",
       .type = FieldType::text,
       .fallback = "null",
       .doc = "program of the private server: a path or a name on the PATH"},
      {.name = "args", .type = FieldType::texts, .fallback = "[]", .doc = "more arguments for the private server"},
      {.name = "memory",
       .type = FieldType::size,
       .fallback = "\"64MiB\"",
       .doc = "what the private server may hold",
       .min = 1 << 20},
      {.name = "transport",
       .type = FieldType::text,
       .fallback = "\"tcp\"",
       .doc = "how the private server is reached",
       .choices = {"tcp", "unix"}},
      {.name = "pin",
       .type = FieldType::text,
       .fallback = "null",
       .doc = "the CPUs that the private server may run on: \"0\", \"0-1,3\""},
      {.name = "key_prefix",
       .type = FieldType::text,
       .fallback = "null",
       .doc = "what every key begins with; on your own server \"hitbench:<run>:<row>:\" unless set"},
      {.name = "allow_evictions",
       .type = FieldType::boolean,
       .fallback = "false",
       .doc = "your own server may evict keys to make room; only if nothing on it must be kept"},
  };
}

void refuse_private_fields(std::string_view server, const Params& params) {
  const auto refuse = [&](const std::string& what) {
    throw usage_error(std::string(server) + ": " + what + " for a private server, but \"address\" names yours",
                      "leave one of the two out");
  };
  if (!params.texts("args").empty()) refuse("\"args\" are");
  if (params.has("config")) refuse("\"config\" is");
}

std::vector<int> pinned_cpus(std::string_view server, const Params& params) {
  if (!params.has("pin")) return {};
  const std::string& text = params.text("pin");
  const std::string what = std::string(server) + ": pin: ";
  if (params.has("address")) {
    throw usage_error(what + "is for a private server, but \"address\" names yours",
                      "leave it out, and start your server with taskset");
  }
  const std::optional<std::vector<int>> cpus = parse_cpus(text);
  if (!cpus) throw usage_error(what + "\"" + text + "\" is not a list of CPUs", "write it like \"0\" or \"0-1,3\"");
  const std::vector<int> allowed = allowed_cpus();
  for (const int cpu : *cpus) {
    if (std::find(allowed.begin(), allowed.end(), cpu) != allowed.end()) continue;
    throw usage_error(what + "CPU " + std::to_string(cpu) + " is not there, or hitbench may not use it",
                      "choose among " + cpus_text(allowed));
  }
  return *cpus;
}

void check_key_prefix(std::string_view server, std::string_view prefix, bool users_server) {
  const auto breaks_a_command = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; };
  const bool breaks = std::any_of(prefix.begin(), prefix.end(), breaks_a_command);
  if (!breaks && !(users_server && prefix.empty())) return;
  throw usage_error(std::string(server) + ": key_prefix: " +
                        (breaks ? "holds a blank or a control character" : "must not be empty on your own server"),
                    "leave it out for a prefix of the run's own");
}

}  // namespace hitbench
