#include "cli/formats.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "base/error.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/output_file.h"
#include "registry.h"

namespace hitbench {
namespace {

bool can_print(const ReportRow& row, Printed what) {
  switch (what) {
    case Printed::result:
      return row.print != nullptr;
    case Printed::verdict:
      return row.print_verdict != nullptr;
    case Printed::two_results:
      break;
  }
  return row.print_both != nullptr;
}

std::string_view word_of(Printed what) {
  if (what == Printed::two_results) return "page of two results";
  return what == Printed::result ? "result" : "verdict";
}

const ReportRow& report_named(const std::string& format, Printed what) {
  std::vector<std::string> all, fit;
  for (const ReportRow& row : registry().reports) {
    if (row.name == format && can_print(row, what)) return row;
    all.emplace_back(row.name);
    if (can_print(row, what)) fit.emplace_back(row.name);
  }
  if (std::find(all.begin(), all.end(), format) != all.end()) {
    throw usage_error(fmt::format("the format '{}' cannot show a {}", format, word_of(what)),
                      fmt::format("one of: {}", fmt::join(fit, ", ")));
  }
  throw usage_error("there is no format '" + format + "'." + did_you_mean(format, all),
                    "`hitbench list reports` lists them");
}

Destination export_of(const std::string& text, Printed what) {
  const size_t at = text.find('=');
  if (at == std::string::npos || at + 1 == text.size()) {
    throw usage_error("--export " + text + ": the file is missing",
                      "write FORMAT=FILE, for example junit=hitbench.xml");
  }
  return {&report_named(text.substr(0, at), what), text.substr(at + 1)};
}

// Only one report can be what is in a file. On stdout they may follow each other: annotations after a table.
void check_distinct(const std::vector<Destination>& destinations) {
  for (size_t i = 0; i < destinations.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      const std::string& path = destinations[i].path;
      if (is_stdout(path) || is_stdout(destinations[j].path) || !is_same_file(path, destinations[j].path)) continue;
      throw usage_error(path + " is given for two reports", "give each a file of its own");
    }
  }
}

template <class Print>
void write_all(const std::vector<Destination>& destinations, Print print) {
  std::exception_ptr first;
  for (const Destination& destination : destinations) {
    try {
      write_output(destination.path, print(destination));
    } catch (const std::exception& error) {
      if (first != nullptr) say(fmt::format("hitbench: {}\n", error.what()));
      if (first == nullptr) first = std::current_exception();
    }
  }
  if (first != nullptr) std::rethrow_exception(first);
}

}  // namespace

std::vector<Destination> destinations_of(const Options& options, Printed what) {
  std::vector<Destination> all{{&report_named(options.format, what), options.output}};
  for (const std::string& text : options.exports) all.push_back(export_of(text, what));
  check_distinct(all);
  return all;
}

void check_outputs(const std::vector<Destination>& destinations, const std::vector<std::string>& inputs) {
  for (const Destination& destination : destinations) {
    check_output(destination.path);
    for (const std::string& input : inputs) {
      if (is_stdout(destination.path) || !is_same_file(destination.path, input)) continue;
      throw usage_error(fmt::format("{}: would overwrite {}, which this command reads", destination.path, input),
                        "write it to another file");
    }
  }
}

void write_reports(const std::vector<Destination>& destinations, const Result& result, const Options& options,
                   const std::string& more) {
  write_all(destinations, [&](const Destination& destination) {
    ReportStyle style = style_of(destination.path);
    style.rows = options.rows;
    style.details = options.details;
    style.more = more;
    return destination.report->print(result, style);
  });
}

void write_reports(const std::vector<Destination>& destinations, const Verdict& verdict) {
  write_all(destinations, [&](const Destination& destination) {
    return destination.report->print_verdict(verdict, style_of(destination.path));
  });
}

void write_reports(const std::vector<Destination>& destinations, const NamedResult& a, const NamedResult& b,
                   const std::vector<std::string>& rows) {
  write_all(destinations, [&](const Destination& destination) {
    ReportStyle style = style_of(destination.path);
    style.rows = rows;
    return destination.report->print_both(a, b, style);
  });
}

}  // namespace hitbench
