// The requests of a trace that are wanted, one after the other, and an account of the others: what is malformed, what
// no cache would be asked for, what the user left out.
#pragma once

#include <memory>
#include <string>

#include "workload/trace/compact.h"
#include "workload/trace/reader.h"

namespace re2 {
class RE2;
}

namespace hitbench {

// What is cached for a request: its "url" (host and URI), "path+query", "path", or what a regular expression finds in
// the path and query: its groups, with "/" between them, or all that it matched if it has none.
class KeyRule {
 public:
  // Throws Error{usage} for an expression that RE2 does not take.
  explicit KeyRule(const std::string& rule);
  ~KeyRule();
  // False where the expression does not match. The key is valid until the next call.
  bool key_of(const Request& request, std::string_view& key);

 private:
  enum class Kind { url, path_and_query, path, expression };

  bool matched(std::string_view text, std::string_view& key);

  Kind kind_;
  std::unique_ptr<re2::RE2> expression_;
  std::string built_;
};

// Why a request is left out that TraceSpec::sample leaves out.
inline constexpr const char* kNotSampled = "not in the sample of keys";

class TraceSelection {
 public:
  // `format`: for messages.
  TraceSelection(const TraceSpec& spec, std::unique_ptr<TraceReader> reader, const std::string& format);

  // The next wanted request, with its key by the rule and its operation by `reads` and `writes`. False at the end.
  // Throws Error{usage} where too much is malformed, or nothing was wanted.
  bool next(Request& request);

  const TraceCounts& counts() const { return counts_; }
  const TraceReader& reader() const { return *reader_; }

 private:
  // Why it is not wanted; empty if it is.
  std::string unwanted(Request& request);
  Duration on_its_clock(const TraceInstant& instant) const;
  std::string operation_by_method(Request& request);
  void note_malformed();
  void check_malformed(double most_share) const;
  void end();

  const TraceSpec spec_;
  const std::string format_;
  bool has_methods_ = false;
  std::unique_ptr<TraceReader> reader_;
  KeyRule rule_;
  TraceCounts counts_;
  uint64_t read_ = 0;              // requests and malformed ones
  std::optional<Duration> start_;  // when the first request of all that are in order arrived
};

}  // namespace hitbench
