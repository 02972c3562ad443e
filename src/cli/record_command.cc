// record: what others ask a running server for, into a file that is a trace.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/printable.h"
#include "base/text.h"
#include "base/units.h"
#include "cache/server_words.h"
#include "cli/commands.h"
#include "cli/interrupts.h"
#include "cli/output.h"
#include "cli/output_file.h"
#include "cli/record_file.h"
#include "server/address.h"
#include "server/tap.h"
#include "workload/trace/lines.h"

namespace hitbench {
namespace {

constexpr Duration kTapTimeout = std::chrono::seconds(5);  // of connecting, and of each answer
constexpr Duration kTellEvery = std::chrono::seconds(1);  // which is also how old a line is at most that is not written
constexpr Duration kTapLook = std::chrono::milliseconds(100);  // after which a signal is noticed at the latest

struct RecordSource {
  bool redis = false;
  Address address;
  std::string name;  // the server, as the user wrote it

  const char* format() const { return redis ? "redis-monitor" : "memcached-watch"; }
};

struct RecordLimits {
  Duration time{0};
  uint64_t requests = 0, bytes = 0;
};

RecordSource source_of(const std::string& address) {
  RecordSource source{.redis = address.starts_with("redis"), .address = {}, .name = redacted(address)};
  if (!source.redis && !address.starts_with("memcached")) {
    throw usage_error("address \"" + source.name + "\": it is the address of neither a Redis nor a memcached",
                      "write redis://127.0.0.1:6379, memcached://127.0.0.1:11211, redis+unix:///path/of/the.sock or "
                      "memcached+unix:///path/of/the.sock");
  }
  source.address =
      parse_server_address(address, source.redis ? "redis" : "memcached", source.redis ? 6379 : 11211).address;
  return source;
}

template <class Number>
Number limit_of(const char* option, const std::string& word, std::optional<Number> value, const char* example) {
  if (value && *value > Number{}) return *value;
  throw usage_error(fmt::format("{} '{}' is no limit", option, word), fmt::format("write {} {}", option, example));
}

RecordLimits limits_of(const Options::Record& words) {
  RecordLimits limits;
  limits.time = limit_of("--for", words.length, parse_duration(words.length), "60s");
  limits.bytes = static_cast<uint64_t>(limit_of("--bytes", words.bytes, parse_size(words.bytes), "1GiB"));
  limits.requests = std::numeric_limits<uint64_t>::max();
  if (words.requests.empty()) return limits;
  limits.requests = static_cast<uint64_t>(limit_of("--requests", words.requests, parse_count(words.requests), "1M"));
  return limits;
}

std::string cost_of(const RecordSource& source, const RecordLimits& limits, const std::string& path) {
  std::string until = format_duration(limits.time);
  if (limits.requests != std::numeric_limits<uint64_t>::max()) until += " or " + counted(limits.requests, "line");
  until += fmt::format(" or {} of lines, or with Ctrl-C", format_size(static_cast<double>(limits.bytes)));
  const char* const cost =
      source.redis
          ? "MONITOR may halve what a busy Redis carries while it lasts, and it shows the values that are stored, of "
            "all "
            "databases"
          : "watching costs a memcached little, and shows keys but no values; where this falls behind, lines are lost "
            "and counted";
  return fmt::format("recording {} into {}: {}. It ends after {}.\n", source.name, path, cost, until);
}

[[noreturn]] void refuse_tap(const RecordSource& source, const std::string& refusal) {
  const std::string what = fmt::format("{}: {}", source.name, printable(without_middle(refusal, 300)));
  if (refusal.starts_with("NOPERM")) throw environment_error(what, "grant its user +monitor (ACL SETUSER)");
  if (!source.redis && refusal.starts_with("ERROR"))
    throw environment_error(what, "it knows no `watch`: it takes memcached 1.4.26 or newer, without a proxy before it");
  throw environment_error(what, remedy_for(refusal));
}

Tap open_tap(const RecordSource& source) {
  const char* const password = std::getenv("REDISCLI_AUTH");
  const Address address = resolve(source.address);
  Tap tap = source.redis ? tap_redis(address, password == nullptr ? "" : password, kTapTimeout)
                         : tap_memcached(address, kTapTimeout);
  if (!tap.refusal.empty()) refuse_tap(source, tap.refusal);
  return tap;
}

class Recording {
 public:
  Recording(Tap tap, RecordFile& file, const RecordLimits& limits)
      : tap_(std::move(tap)), file_(file), limits_(limits), lines_(LineSource::kLongest) {}

  // Until a limit is met, the server goes or the user has enough. Throws Error{environment} of the file.
  void run(const std::atomic<bool>& interrupted) {
    while (!interrupted && !is_full_) {
      const Duration left = began_ + limits_.time - real_now();
      if (left <= Duration(0)) break;
      take(std::exchange(tap_.received, {}));
      if (is_full_) break;
      if (!receive(tap_.socket, tap_.received, std::min(left, kTapLook), why_ended_)) break;
      if (real_now() - told_ >= kTellEvery) tell();
    }
    took_ = real_now() - began_;
    clear_progress();
    take(tap_.received);
    file_.flush();
  }

  // Of the server, if it went; else empty.
  const std::string& why_ended() const { return why_ended_; }
  Duration took() const { return took_; }
  uint64_t lost() const { return lost_; }

  // Lines that the server lost elsewhere; the file says so in the server's own way.
  void lose(uint64_t lines) {
    lost_ += lines;
    file_.add("skipped=" + std::to_string(lines));
    file_.flush();
  }

 private:
  void take(const std::string& bytes) {
    lines_.add(bytes);
    for (std::string_view line; !is_full_ && lines_.next(line);) {
      if (bytes_ + line.size() + 1 > limits_.bytes) {
        is_full_ = true;
        return;
      }
      bytes_ += line.size() + 1;
      file_.add(line);
      if (line.starts_with("skipped=")) {
        uint64_t count = 0;
        std::from_chars(line.data() + 8, line.data() + line.size(), count);
        lost_ += count;
      } else {
        is_full_ = ++requests_ >= limits_.requests;
      }
    }
  }

  void tell() {
    told_ = real_now();
    file_.flush();
    show_progress(fmt::format("recording: {} of {}, {}, {}", format_duration(told_ - began_),
                              format_duration(limits_.time), counted(requests_, "line"),
                              format_size(static_cast<double>(bytes_))));
  }

  Tap tap_;
  RecordFile& file_;
  const RecordLimits limits_;
  TapLines lines_;
  const Time began_ = real_now();
  Time told_ = began_;
  Duration took_{0};
  uint64_t requests_ = 0, bytes_ = 0, lost_ = 0;
  bool is_full_ = false;
  std::string why_ended_;
};

std::string summary_of(const RecordSource& source, const RecordFile& file, const Recording& recording,
                       const std::string& path) {
  const double lines = static_cast<double>(file.lines());
  std::string text =
      fmt::format("{} in {}, {} a second; {}", counted_words(lines, "line"), format_duration(recording.took()),
                  format_rate(lines / std::max(1e-9, in_seconds(recording.took()))),
                  format_size(static_cast<double>(file.text_bytes())));
  if (file.is_compressed())
    text += fmt::format(" ({} in the file)", format_size(static_cast<double>(file.file_bytes())));
  if (!source.redis || recording.lost() > 0) text += fmt::format("; {} lost", counted(recording.lost(), "line"));
  return fmt::format("{}: {}, format {}\n", printable(path), text, source.format());
}

void print_summary(const std::string& path, const std::string& text) {
  if (path == "-") return say(text);
  write_output("", text);
}

int record_from(const RecordSource& source, const RecordLimits& limits, const std::string& path) {
  const std::atomic<bool>& interrupted = watch_interrupts();
  RecordFile file(path);
  Tap tap = open_tap(source);
  const auto dropped = [&] { return source.redis ? 0 : memcached_dropped(resolve(source.address), kTapTimeout); };
  const uint64_t dropped_before = dropped();
  Recording recording(std::move(tap), file, limits);
  try {
    recording.run(interrupted);
    if (const uint64_t dropped_now = dropped(); dropped_now > dropped_before) {
      recording.lose(dropped_now - dropped_before);
    }
  } catch (const Error&) {
    print_summary(path, summary_of(source, file, recording, path));
    throw;
  }
  print_summary(path, summary_of(source, file, recording, path));
  if (!recording.why_ended().empty()) {
    throw environment_error(fmt::format("{}: {}; what came before is kept", source.name, recording.why_ended()),
                            "see the server's log: it may have been stopped, or killed for want of memory");
  }
  if (interrupted) return 130;
  if (file.lines() > 0) return 0;
  say(
      fmt::format("hitbench: {}: nobody asked it for anything in {}\n  try: record while it is used, or another server "
                  "of it: MONITOR and watch show one server's requests only\n",
                  source.name, format_duration(recording.took())));
  return 4;
}

}  // namespace

int record_command(const Options& options) {
  const RecordSource source = source_of(options.record.address);
  const RecordLimits limits = limits_of(options.record);
  const std::string& path = options.output;
  say(cost_of(source, limits, path == "-" ? "stdout" : path));
  return record_from(source, limits, path);
}

}  // namespace hitbench
