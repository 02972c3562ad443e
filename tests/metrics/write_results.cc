// Writes results for validate.py into the directory given, one a file.
#include <fstream>
#include <iostream>

#include "metrics/environment.h"
#include "tests/metrics/sample_results.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: write_results DIRECTORY\n";
    return 2;
  }
  const std::string directory = argv[1];
  hitbench::Result full = hitbench::full_result();
  full.environment_json = hitbench::environment_json({{"hiredis", "0.14.1"}}, std::chrono::system_clock::now());
  hitbench::Result empty;
  empty.scenario_json = "{}";
  empty.environment_json = hitbench::environment_json({}, {}, "/nowhere");  // a machine that tells nothing
  std::ofstream(directory + "/full.result.json") << hitbench::result_to_json(full);
  std::ofstream(directory + "/empty.result.json") << hitbench::result_to_json(empty);
}
