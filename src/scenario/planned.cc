#include "scenario/planned.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hitbench {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr std::array kWords = {
    Pair{"guard", "single-flight"},
    Pair{"guard", "lock"},
    Pair{"guard", "lease"},
    Pair{"guard", "xfetch"},
    Pair{"fill", "add"},
    Pair{"fill", "if-newer"},
    Pair{"fill", "lease"},
    Pair{"fill", "locked"},
    Pair{"on_write", "around"},
    Pair{"on_write", "delete-first"},
    Pair{"on_write", "double-delete"},
    Pair{"on_write", "update"},
    Pair{"on_write", "update-first"},
    Pair{"on_write", "versioned"},
    Pair{"on_write", "lock"},
    Pair{"on_write", "behind"},
    Pair{"ttl_from", "access"},
    Pair{"pool", "per_operation"},
    Pair{"strategy", "read-through"},
    Pair{"strategy", "write-through"},
    Pair{"strategy", "write-around"},
    Pair{"strategy", "write-behind"},
    Pair{"strategy", "refresh-ahead"},
    Pair{"strategy", "precompute"},
    Pair{"strategy", "two-level"},
    Pair{"origin", "postgres"},
};

constexpr std::array kFields = {
    Pair{"strategy", "guard"},    Pair{"strategy", "fill"},  Pair{"strategy", "on_write"},
    Pair{"strategy", "ttl_from"}, Pair{"strategy", "nulls"}, Pair{"strategy", "fail_safe"},
    Pair{"strategy", "refresh"},  Pair{"strategy", "batch"}, Pair{"strategy", "l1"},
};

bool contains(const auto& pairs, Pair pair) { return std::find(pairs.begin(), pairs.end(), pair) != pairs.end(); }

}  // namespace

bool is_planned_word(std::string_view field, std::string_view word) { return contains(kWords, {field, word}); }
bool is_planned_field(std::string_view kind, std::string_view field) { return contains(kFields, {kind, field}); }

}  // namespace hitbench
