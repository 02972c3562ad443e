#include "workload/trace/lines.h"

#include <cstring>
#include <utility>

namespace hitbench {
namespace {

constexpr size_t kFirstBuffer = size_t{256} << 10;

}  // namespace

LineSource::LineSource(std::unique_ptr<ByteSource> bytes) : bytes_(std::move(bytes)), buffer_(kFirstBuffer) {}

// More bytes behind those that are there, which move to the front. False at the end.
bool LineSource::fill() {
  if (ended_) return false;
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= std::exchange(begin_, 0);
  if (end_ == buffer_.size()) buffer_.resize(buffer_.size() * 2);
  const size_t count = bytes_->read(buffer_.data() + end_, buffer_.size() - end_);
  end_ += count;
  ended_ = count == 0;
  return !ended_;
}

// Behind the next line feed. False at the end.
bool LineSource::drop_line() {
  while (true) {
    const char* const from = buffer_.data() + begin_;
    const auto* const feed = static_cast<const char*>(std::memchr(from, '\n', end_ - begin_));
    begin_ = feed == nullptr ? end_ : static_cast<size_t>(feed - buffer_.data()) + 1;
    if (feed != nullptr) return true;
    if (!fill()) return false;
  }
}

bool LineSource::next(std::string_view& line) {
  if (drops_ && !drop_line()) return false;
  cut_ = drops_ = unended_ = false;
  size_t searched = 0;
  while (true) {
    const char* const from = buffer_.data() + begin_ + searched;
    const auto* const feed = static_cast<const char*>(std::memchr(from, '\n', end_ - begin_ - searched));
    if (feed != nullptr) {
      line = {buffer_.data() + begin_, static_cast<size_t>(feed - buffer_.data()) - begin_};
      begin_ += line.size() + 1;
      if (line.size() > kLongest) {
        line = line.substr(0, kLongest);
        cut_ = true;
      }
      break;
    }
    searched = end_ - begin_;
    if (searched > kLongest) {  // the next call drops the rest of the line
      line = {buffer_.data() + begin_, kLongest};
      begin_ += kLongest;
      cut_ = drops_ = true;
      break;
    }
    if (fill()) continue;
    if (searched == 0) return false;
    line = {buffer_.data() + begin_, searched};
    begin_ = end_;
    unended_ = true;
    break;
  }
  ++number_;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return true;
}

}  // namespace hitbench
