#include "scenario/planned.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hitbench {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr std::array kWords = {
    Pair{"guard", "lease"},        Pair{"fill", "if-newer"},      Pair{"fill", "lease"},
    Pair{"on_write", "versioned"}, Pair{"strategy", "two-level"}, Pair{"origin", "postgres"},
};

constexpr std::array kFields = {Pair{"strategy", "l1"}, Pair{"nulls", "bloom"}};

bool contains(const auto& pairs, Pair pair) { return std::find(pairs.begin(), pairs.end(), pair) != pairs.end(); }

}  // namespace

bool is_planned_word(std::string_view field, std::string_view word) { return contains(kWords, {field, word}); }
bool is_planned_field(std::string_view kind, std::string_view field) { return contains(kFields, {kind, field}); }

}  // namespace hitbench
