// Format klog: the command log of Pelikan and Twemcache (pelikan/src/protocol/data/memcache/klog.c,
// twemcache/src/mc_klog.c):  10.0.0.1:53 - [01/Dec/2026:00:45:02 +0000] "set user:7 0 3600 120" 5 8
#include <algorithm>
#include <array>

#include "workload/trace/line_reader.h"
#include "workload/trace/log_time.h"
#include "workload/trace/operation_words.h"
#include "workload/trace/parts.h"
#include "workload/trace/trace_numbers.h"

namespace hitbench {
namespace {

// As in memcached: a longer expiry is a date.
constexpr uint64_t kLongestExpiry_s = uint64_t{60} * 60 * 24 * 30;

class KlogReader final : public LineReader {
 public:
  using LineReader::LineReader;

  Got next(Request& request) override {
    std::string_view line;
    if (!next_line(line)) return Got::end;
    if (lines().is_cut()) return refuse("a line of more than 4 MiB");
    const char* const cut_off = lines().is_unended() ? "cut off: " : "";
    const size_t open = line.find('['), close = line.find("] \"", open), quote = line.rfind("\" ");
    if (open == std::string_view::npos || close == std::string_view::npos || quote == std::string_view::npos ||
        quote < close + 3) {
      return refuse(std::string(cut_off) + "no [time] and \"command\"");
    }
    const auto time = parse_log_time(line.substr(open + 1, close - open - 1));
    if (!time) return refuse("not a time");
    const std::string_view reply = line.substr(quote + 2);
    const size_t blank = reply.find(' ');
    const auto reply_bytes = trace_number(blank == std::string_view::npos ? "" : reply.substr(blank + 1));
    if (!reply_bytes) return refuse(std::string(cut_off) + "no status and length of the reply");
    split(line.substr(close + 3, quote - close - 3));
    if (words_[1].empty()) return refuse("no key");
    request = {.time = time->since_1970, .key = words_[1], .operation = operation_of_word(words_[0])};
    if (!request.operation) {
      left_out_ = "operation " + std::string(words_[0].substr(0, 40));
      request.left_out = left_out_;
    }
    // A miss has no reply of its own, whatever its status: 0 in Pelikan, 1 in Twemcache.
    if (request.operation == Action::read) request.found = *reply_bytes > 0;
    if (request.operation == Action::write) return read_write(request);
    return Got::request;
  }

  std::string remedy() const override {
    return "a line is such as: - - [01/Dec/2026:00:45:02 +0000] \"set user:7 0 3600 120\" 5 8";
  }
  bool has_whole_seconds() const override { return true; }

 private:
  // Command, key, flags, expiry, bytes of the value; what is behind them (cas, noreply) does not count.
  void split(std::string_view command) {
    words_ = {};
    for (size_t i = 0; i < words_.size() && !command.empty();) {
      const std::string_view word = command.substr(0, command.find(' '));
      command.remove_prefix(std::min(command.size(), word.size() + 1));
      if (!word.empty()) words_[i++] = word;
    }
  }

  Got read_write(Request& request) {
    request.value_bytes = trace_number(words_[4]);
    const bool is_past = words_[3].starts_with('-');
    const auto expiry = trace_number(words_[3].substr(is_past ? 1 : 0));
    if (!request.value_bytes || !expiry) return refuse("no flags, expiry and size behind the key");
    if (is_past || *expiry == 0) return Got::request;
    if (*expiry <= kLongestExpiry_s) {
      request.ttl = std::chrono::seconds(static_cast<int64_t>(*expiry));
    } else if (const auto date = parse_log_number(words_[3], std::chrono::seconds(1)); date && *date > *request.time) {
      request.ttl = *date - *request.time;
    }
    return Got::request;
  }

  std::array<std::string_view, 5> words_;
  std::string left_out_;
};

}  // namespace

std::unique_ptr<TraceReader> make_klog_reader(TraceInput input) {
  return std::make_unique<KlogReader>(std::move(input));
}

}  // namespace hitbench
