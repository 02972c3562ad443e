#include "workload/trace/postgres_sql.h"

#include <algorithm>

#include "base/text.h"

namespace hitbench {
namespace {

bool is_sql_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_sql_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c < 0; }
bool is_sql_word(char c) { return is_sql_letter(c) || is_digit(c) || c == '$'; }

// How many bytes a comment at the front has; 0 if there is none.
size_t sql_comment(std::string_view text) {
  if (text.starts_with("--")) return std::min(text.find('\n'), text.size());
  if (!text.starts_with("/*")) return 0;
  size_t at = 2;
  for (size_t depth = 1; depth > 0 && at < text.size();) {
    const std::string_view two = text.substr(at, 2);
    if (two == "/*") ++depth;
    if (two == "*/") --depth;
    at += two == "/*" || two == "*/" ? 2 : 1;
  }
  return std::min(at, text.size());
}

// How many bytes what is quoted at the front has; two quotes are one of its characters.
size_t sql_quoted(std::string_view text, bool has_escapes) {
  const char quote = text[0];
  size_t at = 1;
  while (at < text.size()) {
    const bool is_quote = text[at] == quote, is_doubled = text.substr(at + 1).starts_with(quote);
    if (is_quote && !is_doubled) return at + 1;
    at += is_quote || (has_escapes && text[at] == '\\') ? 2 : 1;
  }
  return text.size();
}

// $$...$$ or $tag$...$tag$; 0 if there is none, as with the parameter $1.
size_t sql_dollar_quoted(std::string_view text) {
  const size_t second = text.find('$', 1);
  if (second == std::string_view::npos || (second > 1 && !is_sql_letter(text[1]))) return 0;
  const std::string_view tag = text.substr(0, second + 1);
  if (!std::all_of(tag.begin(), tag.end(), is_sql_word)) return 0;
  const size_t end = text.find(tag, tag.size());
  return end == std::string_view::npos ? text.size() : end + tag.size();
}

size_t sql_number(std::string_view text) {
  size_t at = 1;
  while (at < text.size()) {
    const bool is_exponent_sign = (text[at] == '+' || text[at] == '-') && lowered(text.substr(at - 1, 1)) == "e";
    if (!is_sql_word(text[at]) && text[at] != '.' && !is_exponent_sign) break;
    ++at;
  }
  return at;
}

size_t sql_word(std::string_view text) {
  size_t at = 1;
  while (at < text.size() && is_sql_word(text[at])) ++at;
  return at;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  if (word.size() > 8) return false;
  return std::find(words.begin(), words.end(), lowered(word)) != words.end();
}

class SqlReader {
 public:
  SqlReader(std::string_view text, SqlStatement& into) : rest_(text), into_(into) {}

  void read() {
    while (!rest_.empty()) {
      const size_t comment = sql_comment(rest_);
      if (comment > 0 || is_sql_blank(rest_[0])) {
        blank_ = true;
        rest_.remove_prefix(std::max<size_t>(comment, 1));
      } else {
        read_token();
      }
    }
    while (into_.text.ends_with(';') || into_.text.ends_with(' ')) into_.text.pop_back();
    into_.verb = std::string_view(into_.text).substr(verb_, verb_bytes_);
  }

 private:
  void read_token() {
    const char c = rest_[0];
    if (c == '\'') return take(sql_quoted(rest_, false), true);
    if (c == '"') return take(sql_quoted(rest_, false), false);
    if (c == '$') {
      const size_t quoted = sql_dollar_quoted(rest_);
      return quoted > 0 ? take(quoted, true) : take(sql_word(rest_), false);
    }
    if (is_digit(c)) return take(sql_number(rest_), true);
    if (!is_sql_letter(c)) return take(1, false);
    const std::string_view word = rest_.substr(0, sql_word(rest_));
    if (is_one_of(word, {"e"}) && rest_.substr(1).starts_with('\'')) {
      return take(1 + sql_quoted(rest_.substr(1), true), true);
    }
    if (is_one_of(word, {"insert", "update", "delete", "merge"})) into_.changes_rows = true;
    take(word.size(), is_one_of(word, {"true", "false", "null"}));
    if (verb_bytes_ > 0) return;
    verb_bytes_ = word.size();
    verb_ = into_.text.size() - word.size();
  }

  void take(size_t bytes, bool is_literal) {
    if (blank_ && !into_.text.empty()) into_.text += ' ';
    blank_ = false;
    const std::string_view token = rest_.substr(0, bytes);
    if (is_literal) {
      into_.literals += ' ';
      if (after_minus_) into_.literals += '-';
      into_.literals += token;
    }
    after_minus_ = token == "-";
    into_.text += token;
    rest_.remove_prefix(token.size());
  }

  std::string_view rest_;
  SqlStatement& into_;
  size_t verb_ = 0, verb_bytes_ = 0;
  bool blank_ = false, after_minus_ = false;
};

}  // namespace

void read_sql(std::string_view text, SqlStatement& statement) {
  statement.text.clear();
  statement.literals.clear();
  statement.changes_rows = false;
  SqlReader(text, statement).read();
}

}  // namespace hitbench
