#include "cli/record_options.h"

#include <CLI/CLI.hpp>

namespace hitbench {

void add_record_options(CLI::App& command, Options& options) {
  constexpr const char* kEnd = "Length";
  Options::Record& record = options.record;
  command
      .add_option("address", record.address,
                  "the server: redis://host:port, memcached://host:port, or one with +unix:///path; the password of a "
                  "Redis is that of REDISCLI_AUTH")
      ->required()
      ->type_name("ADDRESS");
  command
      .add_option("--to", options.output,
                  "write the lines to this file, compressed if it ends in .gz; it must not be there yet; - is stdout")
      ->required()
      ->type_name("FILE");
  command.add_option("--for", record.length, "end after this time")
      ->capture_default_str()
      ->type_name("TIME")
      ->group(kEnd);
  command.add_option("--requests", record.requests, "end after so many lines")->type_name("N")->group(kEnd);
  command.add_option("--bytes", record.bytes, "end when the lines have this size, uncompressed")
      ->capture_default_str()
      ->type_name("SIZE")
      ->group(kEnd);
}

}  // namespace hitbench
