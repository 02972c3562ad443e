// Values of servers' arguments, and how those are refused.
#pragma once

#include <charconv>
#include <string>
#include <string_view>
#include <system_error>

#include "base/error.h"

namespace hitbench {

// Who refuses, and what: "redis", "--hz 1000".
struct TwinArgument {
  std::string_view server;
  std::string words;

  [[noreturn]] void refuse(const std::string& why, const std::string& remedy) const {
    throw usage_error("cache " + std::string(server) + ": args: \"" + words + "\" " + why, remedy);
  }

  // `known`: "it knows --hz".
  [[noreturn]] void refuse_unknown(const std::string& known) const {
    refuse("is not known to the twin that " + std::string(server) + " is in virtual time",
           "leave it out, or \"clock\": \"virtual\"; " + known);
  }
};

// A number from `least` to `most` that is all of `text`.
template <class Number>
Number number_between(const TwinArgument& argument, std::string_view text, Number least, Number most) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number >= least && number <= most) return number;
  argument.refuse("needs a number from " + std::to_string(least) + " to " + std::to_string(most), "correct it");
}

}  // namespace hitbench
