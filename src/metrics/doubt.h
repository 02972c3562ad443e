// What a reader must know before believing a row, or a verdict: why it is invalid, or what it is warned of. Each has a
// stable id, by which tests, reports and scripts know it, and a sentence with the figures and the remedy. What each id
// means is in docs/validity.md; the test `tidy.rules` checks that the page and this table have the same.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hitbench {

// Every id, the most serious first: a row is judged by what its figures mean to whoever reads them.
inline constexpr std::string_view kDoubts[] = {
    // There are no figures, or they are false.
    "row-failed",
    "trial-failed",
    "no-complete-pair",
    "corrupt-values",
    "server-shared",
    "nothing-measured",
    "all-failed",
    "given-up",
    "server-away",
    "too-many-failed",
    // They are the machine's, or our own.
    "machine-changed",
    "loop-stalled",
    "machine-stalled",
    "server-kept-waiting",
    "rate-stalls-loop",
    "clients-saturated",
    "began-late",
    "spinning-clients",
    "server-without-core",
    "slow-clock",
    "pairs-disturbed",
    // They are of something else than was asked.
    "row-not-run",
    "rows-differ",
    "unlike-runs",
    "nothing-judged",
    "not-exercised",
    "overloaded",
    "client-bound",
    "operations-failed",
    "server-refused",
    "values-not-stored",
    "loading-failed",
    "server-may-evict",
    "keys-do-not-repeat",
    "few-hits",
    "overfilled",
    "connection-buffers",
    "fast-turnover",
    "not-steady",
    "hit-ratio-moved",
    "loaded-at-once",
    "first-misses",
    "long-ttl",
    "serialized-loads",
    // They could be more precise.
    "pairs-invalid",
    "slots-failed",
    "rounds-unfinished",
    "too-few-operations",
    "not-interleaved",
    // They are what they seem.
    "twin",
    "keys-left",
};

// The place of an id in the table; what is not there, as an older or a newer hitbench may have it, comes last.
constexpr size_t severity_of(std::string_view id) {
  return static_cast<size_t>(std::find(std::begin(kDoubts), std::end(kDoubts), id) - std::begin(kDoubts));
}

// An id of the table: another one does not compile.
struct DoubtId {
  consteval DoubtId(const char* id) : text(id) {
    if (severity_of(text) == std::size(kDoubts)) throw "kDoubts has no such id";
  }

  std::string_view text;
};

struct Doubt {
  Doubt() = default;
  Doubt(DoubtId kind, std::string words) : id(kind.text), text(std::move(words)) {}

  std::string id;  // empty in a file of an older version
  std::string text;
};

std::vector<std::string> ids_of(const std::vector<Doubt>& doubts);
std::vector<std::string> texts_of(const std::vector<Doubt>& doubts);

// One for each text; where there are fewer ids, the last have none.
std::vector<Doubt> doubts_from(const std::vector<std::string>& ids, std::vector<std::string> texts);

}  // namespace hitbench
