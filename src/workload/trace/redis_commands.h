// What the commands of Redis do to their keys, as a trace of them has to know: one table, in redis_commands.cc.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace hitbench {

struct RedisCommand {
  // `modify` is a change of what is there, so that the value has to be known: a counter, a pop.
  enum class Does : uint8_t { left_out, read, write, erase, modify };
  enum class Keys : uint8_t {
    none,
    one,
    two,
    all,           // up to the last argument
    all_but_last,  // which is a timeout
    pairs,         // key, value, key, value
    counted,       // the argument before the first says how many
  };
  enum class Ttl : uint8_t {
    none,
    seconds,       // the argument behind the key
    milliseconds,  // the same
    options,       // EX, PX, EXAT or PXAT somewhere behind the value
  };

  Does does = Does::left_out;
  Keys keys = Keys::one;
  uint8_t key = 1;            // which argument is the first key; the command itself is 0
  uint8_t value = 0;          // which one is the value; 0: none, or not the whole of it
  Ttl ttl = Ttl::none;        // that the value is stored with
  Does others = does;         // to the keys behind the first
  std::string_view why = {};  // of one that is left out; empty: its own name
};

// One belongs to a thread; making it takes some 10 µs.
class RedisCommands {
 public:
  RedisCommands();
  // In any case of letters. Of an unknown command one that is left out and has no keys.
  const RedisCommand& find(std::string_view name) const;

 private:
  std::unordered_map<std::string_view, RedisCommand> by_name_;
};

}  // namespace hitbench
