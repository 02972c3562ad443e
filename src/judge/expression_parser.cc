// Recursive descent:
//   comparison := sum [('<' | '<=' | '>' | '>=' | '==') sum]
//   sum        := product (('+' | '-' | '−') product)*
//   product    := factor (('*' | '/' | '×' | '÷') factor)*
//   factor     := '-' factor | '(' sum ')' | 'difference' metric metric | metric | number [unit]
//   metric     := row (':' | '.') path | path (where the row may be left out)
#include "judge/expression_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"

namespace hitbench {
namespace {

using Node = Expression;
using NodePtr = ExpressionPtr;
using Kind = Expression::Kind;

constexpr int kDeepest = 64;  // parentheses and signs within each other: an input must not exhaust the stack

// A sum is a tree as deep as it has terms, and its text is kept at each.
constexpr int kMostTerms = 500;

bool is_metric_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

class Parser {
 public:
  enum class RowNames { required, optional };

  Parser(std::string_view text, const std::vector<std::string>& rows, const std::string& where, RowNames row_names)
      : text_(text), rows_(rows), where_(where), row_names_(row_names) {
    // The longest name first: "a/b" must not win over "a/b.c/d".
    std::stable_sort(rows_.begin(), rows_.end(),
                     [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  }

  ParsedComparison comparison() {
    ParsedComparison result{.left = sum(), .op = "", .right = nullptr};
    for (const char* op : {"<=", ">=", "==", "<", ">"}) {
      if (!result.op.empty() || !take(op)) continue;
      result.op = op;
      result.right = sum();
      require_alike(*result.left, *result.right, "compared");
    }
    end();
    return result;
  }

  NodePtr value_for(const Node& left) {
    NodePtr value = sum();
    require_alike(left, *value, "compared");
    end();
    return value;
  }

 private:
  [[noreturn]] void fail(const std::string& fault) const {
    const std::string_view rest = text_.substr(std::min(at_, text_.size()));
    throw usage_error(fmt::format("{}: {} at {}", where_, fault, rest.empty() ? "the end" : fmt::format("'{}'", rest)),
                      "write metrics as ROW:METRIC, for example cache-aside/redis:read.p99; `hitbench check` prints "
                      "the rows");
  }

  // Times and other numbers are not added or compared: 5 is not 5 ms. Zero needs no unit.
  void require_alike(const Node& a, const Node& b, const char* done) const {
    const auto is_zero = [](const Node& node) { return node.kind == Kind::literal && node.literal == 0; };
    if (is_zero(a) || is_zero(b) || (a.unit == Unit::time) == (b.unit == Unit::time)) return;
    throw usage_error(fmt::format("{}: '{}' and '{}' cannot be {}: one is a time", where_, a.text, b.text, done),
                      "give times a unit: 5ms");
  }

  void end() {
    if (blanks(); at_ < text_.size()) fail("an operator or the end was expected");
  }

  void blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  bool take(std::string_view word) {
    blanks();
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  std::string text_since(size_t start) const {
    while (start < at_ && text_[start] == ' ') ++start;
    size_t end = at_;
    while (end > start && text_[end - 1] == ' ') --end;
    return std::string(text_.substr(start, end - start));
  }

  NodePtr binary(Kind kind, size_t start, NodePtr left, NodePtr right) const {
    Node node{.kind = kind, .text = text_since(start)};
    const bool times = left->unit == Unit::time && right->unit == Unit::time;
    if (kind == Kind::add || kind == Kind::subtract) {
      require_alike(*left, *right, "added");
      node.unit = left->unit == right->unit ? left->unit : Unit::number;
      if (left->unit == Unit::time || right->unit == Unit::time) node.unit = Unit::time;
    } else if (kind == Kind::multiply) {
      if (times) fail("two times were multiplied");
      node.unit = left->unit == Unit::time || right->unit == Unit::time ? Unit::time : Unit::number;
    } else {
      if (right->unit == Unit::time && !times) fail("a number was divided by a time");
      node.unit = left->unit == Unit::time && !times ? Unit::time : Unit::number;
    }
    node.left = std::move(left);
    node.right = std::move(right);
    return std::make_shared<Node>(std::move(node));
  }

  NodePtr sum() {
    const size_t start = at_;
    NodePtr left = product();
    while (true) {
      if (take("+")) {
        NodePtr right = product();
        left = binary(Kind::add, start, left, right);
      } else if (take("-") || take("−")) {
        NodePtr right = product();
        left = binary(Kind::subtract, start, left, right);
      } else {
        return left;
      }
    }
  }

  NodePtr product() {
    const size_t start = at_;
    NodePtr left = factor();
    while (true) {
      if (take("*") || take("×")) {
        NodePtr right = factor();
        left = binary(Kind::multiply, start, left, right);
      } else if (take("/") || take("÷")) {
        NodePtr right = factor();
        left = binary(Kind::divide, start, left, right);
      } else {
        return left;
      }
    }
  }

  NodePtr factor() {
    if (++depth_ > kDeepest) fail("it is nested too deeply");
    if (++terms_ > kMostTerms) fail(fmt::format("it has more than {} terms", kMostTerms));
    NodePtr node = factor_within();
    --depth_;
    return node;
  }

  NodePtr factor_within() {
    blanks();
    const size_t start = at_;
    if (NodePtr node = known_metric()) return node;
    if (take("(")) {
      NodePtr node = sum();
      if (!take(")")) fail("a closing parenthesis was expected");
      return node;
    }
    if (take("-") || take("−")) {
      NodePtr operand = factor();
      return std::make_shared<Node>(
          Node{.kind = Kind::negate, .unit = operand->unit, .text = text_since(start), .left = operand});
    }
    if (take("difference ")) {
      NodePtr from = metric_here();
      NodePtr to = metric_here();
      require_alike(*from, *to, "compared");
      if (from->path != to->path)
        fail("a difference is of one metric in two rows; two metrics were given, and next is");
      return std::make_shared<Node>(
          Node{.kind = Kind::difference, .unit = Unit::share, .text = text_since(start), .left = from, .right = to});
    }
    if (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) return number();
    if (NodePtr node = metric_without_row()) return node;
    unknown_metric();
  }

  NodePtr metric_here() {
    blanks();
    if (NodePtr node = known_metric()) return node;
    if (NodePtr node = metric_without_row()) return node;
    unknown_metric();
  }

  std::string path_at(size_t start) const {
    size_t end = start;
    while (end < text_.size() && is_metric_character(text_[end])) ++end;
    return std::string(text_.substr(start, end - start));
  }

  // The longest known row that stands here, followed by a colon or a dot and a metric; null where no row stands here.
  NodePtr known_metric() {
    for (const std::string& row : rows_) {
      const std::string_view rest = text_.substr(at_);
      if (rest.size() <= row.size() || !rest.starts_with(row)) continue;
      const char separator = rest[row.size()];
      if (separator == '.' || separator == ':') return metric_node(row, separator);
    }
    return nullptr;
  }

  NodePtr metric_without_row() {
    const std::string path = path_at(at_);
    if (row_names_ == RowNames::required || !is_metric(path)) return nullptr;
    at_ += path.size();
    return std::make_shared<Node>(Node{.kind = Kind::metric, .unit = unit_of(path), .text = path, .path = path});
  }

  NodePtr metric_node(const std::string& row, char separator) {
    const std::string path = path_at(at_ + row.size() + 1);
    const std::string text = row + separator + path;
    try {
      Node node{.kind = Kind::metric, .unit = unit_of(path), .text = text, .row = row, .path = path};
      at_ += text.size();
      return std::make_shared<Node>(std::move(node));
    } catch (const Error& error) {
      throw usage_error(fmt::format("{}: '{}': {}", where_, text, error.what()), error.remedy());
    }
  }

  // The word that stands here names no row. If it ends in a metric, its beginning is the mistyped row.
  [[noreturn]] void unknown_metric() const {
    const std::string_view rest = text_.substr(at_);
    const std::string word(rest.substr(0, std::min(rest.find_first_of(" )}<>"), rest.size())));
    if (word.empty()) fail("a metric or a number was expected");
    for (size_t dot = word.find_first_of(".:"); dot != std::string::npos; dot = word.find_first_of(".:", dot + 1)) {
      if (!is_metric(word.substr(dot + 1))) continue;
      const std::string row = word.substr(0, dot);
      throw usage_error(fmt::format("{}: there is no row '{}'.{}", where_, row, did_you_mean(row, rows_)),
                        "`hitbench check` prints the rows");
    }
    fail("no row's metric and no number was found");
  }

  NodePtr number() {
    const size_t start = at_;
    double value = 0;
    const char* end = text_.data() + text_.size();
    const auto [stop, error] = std::from_chars(text_.data() + at_, end, value);
    if (error != std::errc() || !std::isfinite(value)) fail("this number cannot be read");
    at_ += static_cast<size_t>(stop - (text_.data() + at_));
    Node node{.kind = Kind::literal, .literal = value};
    if (take("%")) {
      node.unit = Unit::share;
      node.literal = value / 100;
    } else if (const size_t unit = unit_bytes(); unit > 0) {
      at_ += unit;
      set_by_unit(node, text_since(start));
    }
    node.text = text_since(start);
    return std::make_shared<Node>(std::move(node));
  }

  void set_by_unit(Node& node, const std::string& written) const {
    std::optional<int64_t> value = parse_count(written);
    if (const std::optional<Duration> time = parse_duration(written)) {
      node.unit = Unit::time;
      value = time->count();
    } else if (!value) {
      node.unit = Unit::bytes;
      value = parse_size(written);
    }
    if (!value) fail("'" + written + "' is not a duration, size or count; next is");
    node.literal = static_cast<double>(*value);
  }

  // Letters directly after a number are its unit ("µ" is two bytes).
  size_t unit_bytes() const {
    constexpr std::string_view kMicro = "µ";
    size_t end = at_;
    while (end < text_.size()) {
      const bool micro = text_.substr(end).starts_with(kMicro);
      if (!micro && !is_letter(text_[end])) break;
      end += micro ? kMicro.size() : 1;
    }
    return end - at_;
  }

  std::string_view text_;
  std::vector<std::string> rows_;
  const std::string& where_;
  const RowNames row_names_;
  size_t at_ = 0;
  int depth_ = 0;
  int terms_ = 0;
};

}  // namespace

ParsedComparison parse_comparison(const std::string& text, const std::vector<std::string>& rows,
                                  const std::string& where) {
  return Parser(text, rows, where, Parser::RowNames::required).comparison();
}

ExpressionPtr parse_value(const std::string& text, const Expression& left, const std::vector<std::string>& rows,
                          const std::string& where) {
  return Parser(text, rows, where, Parser::RowNames::optional).value_for(left);
}

}  // namespace hitbench
