// Texts that somebody else wrote, and how often each kind of them came: the first of a kind is kept, whatever else
// comes of it is counted. Bounded in number and length, and printable, however hostile the writer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hitbench {

class Tally {
 public:
  static constexpr size_t kMostKinds = 16;  // with "others", which is what came after the table was full
  static constexpr size_t kLongestText = 200;

  struct Entry {
    std::string kind;  // what is the same in all of them
    std::string text;  // the first of them; other bytes than printable ASCII as \x1b
    uint64_t count = 0;
  };

  void add(std::string_view kind, std::string_view text, uint64_t count = 1);
  void merge(const Tally& other);

  const std::vector<Entry>& entries() const { return entries_; }  // in the order in which they first came
  const Entry* most_often() const;                                // null where nothing came

  std::string to_bytes() const;
  // Takes one off the front of `bytes`, which came from to_bytes() of this binary.
  static Tally from_bytes(std::string_view& bytes);

 private:
  Entry& entry(std::string_view kind, std::string_view text);

  std::vector<Entry> entries_;
};

}  // namespace hitbench
