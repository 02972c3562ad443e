#include "base/tally.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace hitbench {
namespace {

constexpr std::string_view kOthers = "others";
constexpr std::string_view kOthersText = "other messages";

// At most kLongestText bytes of it. A backslash is doubled, so that what is printed says what was there.
std::string escaped(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::string_view kCut = "...";
  std::string clean;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    std::string piece(1, c);
    if (c == '\\') piece = "\\\\";
    if (byte < ' ' || byte > '~') piece = {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
    if (clean.size() + piece.size() > Tally::kLongestText - kCut.size()) return clean.append(kCut);
    clean += piece;
  }
  return clean;
}

void put(std::string& bytes, const void* data, size_t size) { bytes.append(static_cast<const char*>(data), size); }

void put(std::string& bytes, const std::string& text) {
  const uint64_t size = text.size();
  put(bytes, &size, sizeof size);
  bytes += text;
}

uint64_t take_number(std::string_view& bytes) {
  uint64_t number = 0;
  CHECK(bytes.size() >= sizeof number);
  std::memcpy(&number, bytes.data(), sizeof number);
  bytes.remove_prefix(sizeof number);
  return number;
}

std::string take_text(std::string_view& bytes) {
  const uint64_t size = take_number(bytes);
  CHECK(bytes.size() >= size);
  std::string text(bytes.substr(0, size));
  bytes.remove_prefix(size);
  return text;
}

}  // namespace

Tally::Entry& Tally::entry(std::string_view kind, std::string_view text) {
  const auto known = [&](std::string_view sought) {
    return std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.kind == sought; });
  };
  if (const auto found = known(kind); found != entries_.end()) return *found;
  if (entries_.size() + 1 < kMostKinds) return entries_.emplace_back(Entry{std::string(kind), std::string(text)});
  if (const auto others = known(kOthers); others != entries_.end()) return *others;
  return entries_.emplace_back(Entry{std::string(kOthers), std::string(kOthersText)});
}

// A server that refuses everything comes here with every operation: what is known already costs a comparison.
void Tally::add(std::string_view kind, std::string_view text, uint64_t count) {
  for (Entry& entry : entries_) {
    if (entry.kind != kind) continue;
    entry.count += count;
    return;
  }
  entry(escaped(kind), escaped(text)).count += count;
}

void Tally::merge(const Tally& other) {
  for (const Entry& more : other.entries_) entry(more.kind, more.text).count += more.count;
}

const Tally::Entry* Tally::most_often() const {
  const auto most = std::max_element(entries_.begin(), entries_.end(),
                                     [](const Entry& a, const Entry& b) { return a.count < b.count; });
  return most == entries_.end() ? nullptr : &*most;
}

std::string Tally::to_bytes() const {
  std::string bytes;
  const uint64_t size = entries_.size();
  put(bytes, &size, sizeof size);
  for (const Entry& entry : entries_) {
    put(bytes, entry.kind);
    put(bytes, entry.text);
    put(bytes, &entry.count, sizeof entry.count);
  }
  return bytes;
}

Tally Tally::from_bytes(std::string_view& bytes) {
  Tally tally;
  for (uint64_t left = take_number(bytes); left > 0; --left) {
    std::string kind = take_text(bytes), text = take_text(bytes);
    tally.entries_.push_back({std::move(kind), std::move(text), take_number(bytes)});
  }
  return tally;
}

}  // namespace hitbench
