#include "base/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace hitbench {
namespace {

// C0, DEL and C1; the marks, embeddings, overrides and isolates of UAX 9; line and paragraph separator; the two
// noncharacters that XML 1.0 forbids.
bool must_be_escaped(uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x61c || code == 0x200e || code == 0x200f ||
         (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code == 0xfffe || code == 0xffff;
}

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::string escaped(std::string_view text, bool keep_lines) {
  std::string clean;
  clean.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const Character next = character_at(text, at);
    if (next.damaged) {
      clean += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[at]));
    } else if (next.code == '\n' && keep_lines) {
      clean += '\n';
    } else if (next.bytes == 1 && is_blank(text[at])) {
      clean += ' ';
    } else if (must_be_escaped(next.code)) {
      clean += next.code < 0x80 ? fmt::format("\\x{:02x}", next.code) : fmt::format("\\u{:04x}", next.code);
    } else {
      clean += text.substr(at, next.bytes);
    }
    at += next.bytes;
  }
  return clean;
}

// Where a word of a sentence, of JSON or of a shell's line ends.
size_t end_of_word(std::string_view text, size_t at) {
  return std::min(text.find_first_of(" \t\r\n\"'<>", at), text.size());
}

// Of one word: what stands before the last "@" where it may be a user and a password ("scheme://user@host",
// "user:word@host"), and the user's place without a host ("scheme://:word").
std::string without_user(std::string_view word) {
  const size_t slashes = word.find("://");
  const size_t sign = word.rfind('@');
  if (sign != std::string_view::npos && (slashes < sign || word.find(':') < sign)) {
    const size_t equals = word.find('=');  // "--set caches.0.address=user:word@host"
    const size_t begin = slashes < sign ? slashes + 3 : equals < sign ? equals + 1 : 0;
    return std::string(word.substr(0, begin)) + "***" + std::string(word.substr(sign));
  }
  if (const size_t user = word.find("://:"); user != std::string_view::npos) {
    return std::string(word.substr(0, user + 4)) + "***";
  }
  return std::string(word);
}

std::string without_userinfo(std::string_view text) {
  std::string done;
  for (size_t at = 0; at < text.size();) {
    const size_t end = end_of_word(text, at);
    done += without_user(text.substr(at, end - at));
    at = std::min(end + 1, text.size());
    if (end < text.size()) done += text[end];
  }
  return done;
}

bool equal_but_for_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

// Whether what stands before the "=" at `at` names a secret.
bool names_secret(std::string_view text, size_t at) {
  constexpr std::array<std::string_view, 5> kNames{"password", "passwd", "requirepass", "auth", "pass"};
  return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view name) {
    return at >= name.size() && equal_but_for_case(text.substr(at - name.size(), name.size()), name);
  });
}

std::string without_values(std::string_view text) {
  std::string done;
  size_t copied = 0;
  for (size_t at = text.find('='); at != std::string_view::npos; at = text.find('=', at)) {
    const bool secret = names_secret(text, at++);
    const size_t end = std::min(end_of_word(text, at), text.find('&', at));
    if (!secret || end == at) continue;
    done += text.substr(copied, at - copied);
    done += "***";
    copied = at = end;
  }
  return done += text.substr(copied);
}

}  // namespace

std::string printable(std::string_view text) { return escaped(text, false); }
std::string printable_lines(std::string_view text) { return escaped(text, true); }

std::string markup_text(std::string_view text) {
  std::string done;
  for (const char c : printable(text)) {
    switch (c) {
      case '&':
        done += "&amp;";
        break;
      case '<':
        done += "&lt;";
        break;
      case '>':
        done += "&gt;";
        break;
      case '"':
        done += "&quot;";
        break;
      case '\'':
        done += "&#39;";
        break;
      default:
        done += c;
    }
  }
  return done;
}

std::string redacted(std::string_view text) { return without_values(without_userinfo(text)); }

std::string without_middle(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  size_t head = bytes_max / 2, tail = text.size() - bytes_max / 2;
  const auto is_inner = [&](size_t at) { return (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80; };
  while (head > 0 && is_inner(head)) --head;
  while (tail < text.size() && is_inner(tail)) ++tail;
  return fmt::format("{} [... {} bytes left out ...] {}", text.substr(0, head), tail - head, text.substr(tail));
}

}  // namespace hitbench
