#include "cli/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string_view>

#include "base/error.h"
#include "base/printable.h"
#include "base/text.h"
#include "base/units.h"
#include "cli/command_table.h"
#include "cli/completion.h"
#include "cli/flags.h"
#include "cli/manual.h"
#include "cli/record_options.h"

namespace hitbench {
namespace {

constexpr const char* kAbout =
    "hitbench measures caches: which one, whether at all, and what a caching strategy does to\n"
    "latency, to the load on the origin and to freshness.";

constexpr const char* kExamples =
    "  hitbench run                                      a first comparison on this machine\n"
    "  hitbench run --cache redis,memcached --strategy cache-aside --rate 1k --origin 5ms --for 10s\n"
    "                                                    flags instead of a scenario; `run --help` has them all\n"
    "  hitbench run scenarios/redis-vs-memcached.json    one of the shipped scenarios\n"
    "  hitbench run my.json --set app.clients=100 --format json --output result.json\n"
    "  hitbench report --details                         all tables of the last run\n"
    "  hitbench report result.json --format markdown     a saved result in another form\n"
    "  hitbench gate my.json --candidate strategies.0.ttl=30s   did it get worse? base and candidate interleaved\n"
    "  hitbench compare before.json after.json           two saved results\n"
    "  hitbench curve access.log                         how large should the cache be?\n"
    "  hitbench check my.json                            what would it run? touches nothing\n"
    "  hitbench record redis://127.0.0.1:6379 --to live.gz   what a running server is asked for, as a trace\n"
    "  hitbench calibrate                                redis and memcached of virtual runs take this machine's "
    "times\n"
    "  hitbench list                                     every cache, origin, strategy and distribution\n"
    "  hitbench list cache-aside                         the fields of one of them\n";

constexpr const char* kExitCodes =
    "Exit codes: 0 done; 1 environment error (a server refused, a disk was full, no row could run);\n"
    "2 the command line or the scenario is wrong; 3 a threshold was missed, or a regression; 4 what was\n"
    "asked for could not be determined (invalid, not measured, not comparable); 5 inconclusive (only\n"
    "with --fail-on inconclusive); 130 interrupted, with a partial report.";

// Groups of options in the help.
constexpr const char* kScenario = "Scenario";
constexpr const char* kChanges = "Changes of the scenario";
constexpr const char* kReports = "Reports";
constexpr const char* kJudging = "Judging";
constexpr const char* kSides = "Base and candidate";
constexpr const char* kPace = "Length";

void add_output(CLI::App& command, Options& options) {
  command.add_option("--format", options.format, "how to print it; `hitbench list reports` lists the formats")
      ->capture_default_str()
      ->type_name("FORMAT")
      ->group(kReports);
  command.add_option("--output", options.output, "write the report to this file instead of stdout")
      ->type_name("FILE")
      ->group(kReports);
  command.add_option("--export", options.exports, "write it in this format to this file too; repeatable; - is stdout")
      ->type_name("FORMAT=FILE")
      ->group(kReports)
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
}

void add_quiet(CLI::App& command, Options& options) {
  command.add_flag("--quiet", options.quiet, "do not tell on stderr how far it is")->group(kReports);
}

void add_details(CLI::App& command, Options& options) {
  command.add_flag("--details", options.details, "after the answer, every table and what it means (format table)")
      ->group(kReports);
}

void add_thresholds(CLI::App& command, Options& options) {
  command
      .add_option("--threshold", options.thresholds, "[ROW:]METRIC OP VALUE, e.g. 'read.response.p99<5ms'; repeatable")
      ->type_name("TEXT")
      ->group(kJudging)
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
}

void add_changes(CLI::App& command, Options& options) {
  // One value each, so that the scenario's name may follow.
  command.add_option("--set", options.sets, "change one field, e.g. workload.keys.count=1000000; repeatable")
      ->type_name("PATH=VALUE")
      ->group(kChanges)
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
  command
      .add_option_function<std::string>(
          "--seed", [&](const std::string& seed) { options.sets.push_back("seed=" + seed); },
          "seed of all random streams")
      ->type_name("N")
      ->group(kChanges);
  command
      .add_option_function<std::string>(
          "--clock", [&](const std::string& clock) { options.sets.push_back("clock=" + clock); }, "real or virtual")
      ->type_name("CLOCK")
      ->group(kChanges);
}

void add_flags(CLI::App& command, Options& options, bool of_gate = false) {
  for (const ScenarioFlag& flag : scenario_flags()) {
    if (of_gate && !flag.of_gate) continue;
    const auto keep = [&options, &flag](const std::string& word) { options.flags.push_back({flag.name, word}); };
    CLI::Option* option = command.add_option_function<std::string>(flag.name, keep, flag.help);
    option->type_name(flag.form)->default_str(flag.fallback)->group(of_gate ? kChanges : kScenario);
    if (std::string_view(flag.form).ends_with(",...")) option->join(',');
  }
}

void add_no_exec(CLI::App& command, Options& options) {
  command
      .add_flag("--no-exec", options.no_exec,
                "refuse a scenario that names programs to start (\"server\"), gives them arguments (\"args\") "
                "or sends a password elsewhere")
      ->group(kChanges);
}

void add_run(CLI::App& app, Options& options) {
  CLI::App* run = app.add_subcommand("run", "run a scenario and report");
  run->add_option(
         "scenario", options.files,
         "scenario file (JSON); without one, the scenario that the flags make, and without flags the quickstart")
      ->expected(0, 1)
      ->type_name("SCENARIO");
  add_flags(*run, options);
  run->add_option("--write-scenario", options.write_scenario,
                  "write the scenario with every default filled in to this file, and run nothing")
      ->type_name("FILE")
      ->group(kScenario);
  add_changes(*run, options);
  add_output(*run, options);
  add_details(*run, options);
  add_thresholds(*run, options);
  run->add_option("--find-max", options.find_max,
                  "the highest rate of an open loop that meets an SLO: 'read.response.p99<1ms' of every row, or "
                  "'ROW:read.response.p99<1ms' of one")
      ->type_name("TEXT")
      ->group(kJudging);
  add_no_exec(*run, options);
  add_quiet(*run, options);
  run->add_flag("--strict", options.strict, "exit 1 if any row was skipped")->group(kJudging);
}

void add_judging(CLI::App& command, Options& options) {
  command
      .add_option("--metric", options.metrics,
                  "judge this metric instead of the usual ones, with the practical-significance threshold, e.g. "
                  "read.response.p99=10%; repeatable")
      ->type_name("METRIC[=N%]")
      ->group(kJudging)
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
  command.add_option("--fail-on", options.fail_on, "'inconclusive': exit 5 if the verdict is inconclusive")
      ->type_name("WORD")
      ->group(kJudging);
}

void add_compare(CLI::App& app, Options& options) {
  CLI::App* compare = app.add_subcommand("compare", "two saved results: counters exactly, times at most SUSPECT");
  compare->add_option("results", options.files, "result files (JSON): base, then candidate")
      ->required()
      ->expected(2)
      ->type_name("BASE CANDIDATE");
  add_judging(*compare, options);
  add_output(*compare, options);
  compare->add_flag("--force", options.force, "compare results of unlike runs all the same")->group(kJudging);
  compare->add_flag("--strict", options.strict, "exit 3 if a time is suspect")->group(kJudging);
}

// "1k" as well as 1000; what is no count is left for the option to refuse.
std::string whole_count(const std::string& text) {
  const std::optional<int64_t> count = parse_count(text);
  return count ? std::to_string(*count) : text;
}

void add_side(CLI::App& command, const std::string& name, Options::GateSide& side) {
  command
      .add_option("--" + name, side.sets, "a field of the " + name + ", e.g. caches.0.server=/opt/redis/redis-server")
      ->type_name("PATH=VALUE")
      ->group(kSides)
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
  command.add_option("--" + name + "-scenario", side.scenario, "a separate scenario for the " + name)
      ->type_name("FILE")
      ->group(kSides);
  command.add_option("--" + name + "-binary", side.binary, "the hitbench that runs the " + name)
      ->type_name("FILE")
      ->group(kSides);
}

void add_gate(CLI::App& app, Options& options) {
  CLI::App* gate = app.add_subcommand("gate", "did it get worse? base and candidate, interleaved in one sitting");
  gate->add_option("scenario", options.files, "scenario file (JSON) of both sides")
      ->expected(0, 1)
      ->type_name("SCENARIO");
  add_side(*gate, "base", options.base);
  add_side(*gate, "candidate", options.candidate);
  add_flags(*gate, options, true);
  add_changes(*gate, options);
  add_judging(*gate, options);
  gate->add_option("--pairs", options.pairs,
                   "pairs of slots in the first stage; else 10, fewer (down to 6) where slots are long")
      ->transform(whole_count)
      ->type_name("N")
      ->group(kPace);
  gate->add_option("--budget", options.budget,
                   "time for the first stage; it takes longer, and says so, if shorter slots would show nothing")
      ->capture_default_str()
      ->type_name("TIME")
      ->group(kPace);
  add_no_exec(*gate, options);
  add_quiet(*gate, options);
  gate->add_flag("--aa", options.calibrate, "base against base: how noisy is this machine, what would a gate find?")
      ->group(kPace);
  add_output(*gate, options);
}

void add_others(CLI::App& app, Options& options) {
  CLI::App* report = app.add_subcommand("report", "print a saved result or verdict in any format");
  report
      ->add_option("result", options.files,
                   "result or verdict file (JSON); without one, the last run's result; two with --format html")
      ->expected(0, 2)
      ->type_name("RESULT");
  add_output(*report, options);
  add_details(*report, options);
  add_thresholds(*report, options);
  report->add_option("--rows", options.rows, "only these rows, separated by commas; two of them also side by side")
      ->delimiter(',')
      ->type_name("A,B")
      ->group(kReports);

  CLI::App* check = app.add_subcommand("check", "is it a valid scenario? what would it run?");
  check->add_option("scenarios", options.files, "scenario files; without one, what `run` would run without one")
      ->type_name("SCENARIO");
  add_flags(*check, options);
  add_changes(*check, options);
  add_no_exec(*check, options);

  CLI::App* record = app.add_subcommand("record", "what others ask a running Redis or memcached for, into a trace");
  add_record_options(*record, options);
  add_quiet(*record, options);

  CLI::App* calibrate = app.add_subcommand(
      "calibrate", "measure what calls of servers take on this machine: the times of runs in virtual time");
  calibrate->add_option("--for", options.calibration_time, "time of measuring in all; servers are started besides")
      ->capture_default_str()
      ->type_name("TIME")
      ->group(kPace);
  add_quiet(*calibrate, options);

  CLI::App* list = app.add_subcommand("list", "what scenarios can name; without a name, an index");
  list->add_option("name", options.kind,
                   "a kind (caches), a part (cache-aside) or a section (workload) of scenarios: its fields")
      ->type_name("NAME");
  list->add_flag("--schema", options.schema, "print the JSON schema of scenario files");
}

// What is made from the table of all commands.
void add_tables(CLI::App& app, Options& options) {
  CLI::App* completion = app.add_subcommand("completion", "print the completion script of a shell");
  completion->add_option("shell", options.shell, "bash, zsh or fish")->required()->type_name("SHELL");
  app.add_subcommand("man", "print the manual page")->group("");  // hidden: installed as hitbench.1
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

void check_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return;
  const std::vector<std::string> names = command_names(app);
  if (std::find(names.begin(), names.end(), argv[1]) != names.end()) return;
  throw usage_error("there is no command '" + std::string(argv[1]) + "'." + did_you_mean(argv[1], names),
                    "`hitbench --help` lists the commands");
}

// The words on the line that are no option, no option's value and more than the command takes.
std::vector<std::string> unexpected_arguments(const CLI::App& command, int argc, char** argv) {
  std::vector<std::string> extra;
  size_t most = 0;
  for (const CLI::Option* option :
       command.get_options([](const CLI::Option* each) { return each->get_positional(); })) {
    most += static_cast<size_t>(option->get_items_expected_max());
  }
  size_t found = 0;
  for (int i = command.get_parent() == nullptr ? 1 : 2; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.starts_with("--")) {
      const CLI::Option* option = command.get_option_no_throw(word.substr(0, word.find('=')));
      const bool takes_next = option != nullptr && word.find('=') == std::string::npos;
      if (takes_next && option->get_items_expected_max() > 0) ++i;
    } else if (++found > most) {
      extra.push_back(word);
    }
  }
  return extra;
}

// CLI11 names the words it did not expect, but no alternatives.
[[noreturn]] void explain(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  const auto used = app.get_subcommands();
  const CLI::App& command = used.empty() ? app : *used.front();
  const std::string help = "`hitbench " + (used.empty() ? "" : command.get_name() + " ") + "--help`";
  std::vector<std::string> options;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) options.push_back("--" + name);
  }
  for (int i = 1; i < argc; ++i) {
    const std::string word = std::string(argv[i]).substr(0, std::string(argv[i]).find('='));
    if (word.rfind("--", 0) != 0 || std::find(options.begin(), options.end(), word) != options.end()) continue;
    throw usage_error("there is no option " + word + "." + did_you_mean(word, options), help + " lists the options");
  }
  if (const std::vector<std::string> extra = unexpected_arguments(command, argc, argv); !extra.empty()) {
    throw usage_error(fmt::format("unexpected {} '{}'", plural(static_cast<double>(extra.size()), "argument"),
                                  fmt::join(extra, "', '")),
                      help + " says what it takes");
  }
  throw usage_error(error.what(), help + " says what it takes");
}

// What `completion` and `man` print; empty for every other command.
std::string text_of_tables(const CLI::App& app, const Options& options, const std::string& version) {
  if (options.command == "completion") return completion_for(options.shell, table_of(app));
  if (options.command != "man") return "";
  return manual_page(table_of(app), {version.substr(0, version.find(" (")), kAbout, kExamples, kExitCodes});
}

// The program's path stays out: results are shared.
std::string line_of(int argc, char** argv) {
  std::string line = "hitbench";
  for (int i = 1; i < argc; ++i) line += " " + shell_quoted(redacted(argv[i]));
  return line;
}

}  // namespace

Options parse_options(int argc, char** argv, const std::string& version) {
  Options options;
  options.line = line_of(argc, argv);
  CLI::App app(fmt::format("{}\n\nExamples:\n{}", kAbout, kExamples), "hitbench");
  app.footer(kExitCodes);
  app.require_subcommand(0, 1);
  bool wants_version = false;
  app.add_flag("--version", wants_version, "print the version");
  add_run(app, options);
  add_gate(app, options);
  add_compare(app, options);
  add_others(app, options);
  add_trace_commands(app, options);
  add_tables(app, options);
  check_command(app, argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const auto used = app.get_subcommands();
    options.text = used.empty() ? app.help() : used.front()->help();
    return options;
  } catch (const CLI::ParseError& error) {
    explain(app, error, argc, argv);
  }
  if (wants_version) {
    options.text = version + "\n";
  } else if (app.get_subcommands().empty()) {
    options.text = app.help();
  } else {
    options.command = app.get_subcommands().front()->get_name();
    options.text = text_of_tables(app, options, version);
  }
  return options;
}

}  // namespace hitbench
