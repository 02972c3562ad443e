// What readers of binary traces have in common: records of one size, packed.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workload/trace/reader.h"

namespace hitbench {

// A number at `at` of a record that has its bytes, the least significant first.
template <std::unsigned_integral Number>
Number little_endian(std::string_view record, size_t at) {
  Number value = 0;
  for (size_t i = sizeof(Number); i-- > 0;) {
    value = static_cast<Number>(static_cast<Number>(value << 8 | static_cast<uint8_t>(record[at + i])));
  }
  return value;
}

template <std::unsigned_integral Number>
Number big_endian(std::string_view record, size_t at) {
  Number value = 0;
  for (size_t i = 0; i < sizeof(Number); ++i) {
    value = static_cast<Number>(value << 8 | static_cast<uint8_t>(record[at + i]));
  }
  return value;
}

class RecordReader : public TraceReader {
 public:
  RecordReader(TraceInput input, size_t record_bytes)
      : name_(std::move(input.name)),
        bytes_(std::move(input.bytes)),
        record_bytes_(record_bytes),
        buffer_(record_bytes * kRecordsAtATime) {}

  std::string where() const override { return name_ + ": record " + std::to_string(number_); }
  std::string why() const override { return why_; }
  std::string_view excerpt() const override { return record_; }

 protected:
  // `request` if there is a record, which is whole.
  Got next_record(std::string_view& record) {
    if (end_ - begin_ < record_bytes_) fill();
    const size_t bytes = std::min(record_bytes_, end_ - begin_);
    if (bytes == 0) return Got::end;
    record = record_ = {buffer_.data() + begin_, bytes};
    begin_ += bytes;
    ++number_;
    if (bytes == record_bytes_) return Got::request;
    return refuse("cut off: " + std::to_string(bytes) + " of a record's " + std::to_string(record_bytes_) + " bytes");
  }
  Got refuse(std::string why) {
    why_ = std::move(why);
    return Got::malformed;
  }
  uint64_t number() const { return number_; }  // of the last record, from 1

 private:
  static constexpr size_t kRecordsAtATime = 4096;

  void fill() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= std::exchange(begin_, 0);
    while (end_ < record_bytes_) {
      const size_t count = bytes_->read(buffer_.data() + end_, buffer_.size() - end_);
      if (count == 0) return;
      end_ += count;
    }
  }

  const std::string name_;
  std::unique_ptr<ByteSource> bytes_;
  const size_t record_bytes_;
  std::vector<char> buffer_;
  size_t begin_ = 0, end_ = 0;
  uint64_t number_ = 0;
  std::string_view record_;
  std::string why_;
};

// The text of a number, in decimal.
class DecimalKey {
 public:
  template <std::integral Number>
  std::string_view of(Number id) {
    char* const end = std::to_chars(text_.data(), text_.data() + text_.size(), id).ptr;
    return {text_.data(), static_cast<size_t>(end - text_.data())};
  }

 private:
  std::array<char, 24> text_{};
};

// Times of whole seconds, as far as they may be true: bytes of another format soon show times that jump back.
class RecordTimes {
 public:
  // False if it is more than an hour before the last one.
  bool take(uint32_t time_s) {
    constexpr uint32_t kMostBack_s = 3600;
    const bool falls = last_s_ > kMostBack_s && time_s < last_s_ - kMostBack_s;
    last_s_ = time_s;
    return !falls;
  }
  Duration last() const { return std::chrono::seconds(last_s_); }

 private:
  uint32_t last_s_ = 0;
};

}  // namespace hitbench
