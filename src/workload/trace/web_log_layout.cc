#include "workload/trace/web_log_layout.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "workload/trace/web_log_builder.h"

namespace hitbench {
namespace {

constexpr NamedWebField kNginxFields[] = {
    {"time_local", WebField::ended},
    {"time_iso8601", WebField::ended},
    {"msec", WebField::ended, 2},
    {"request", WebField::request_line},
    {"request_method", WebField::method},
    {"method", WebField::method},
    {"request_uri", WebField::uri},
    {"uri", WebField::path},
    {"document_uri", WebField::path},
    {"args", WebField::query},
    {"query_string", WebField::query},
    {"host", WebField::host, 2},
    {"http_host", WebField::host, 2},
    {"server_name", WebField::host},
    {"status", WebField::status},
    {"body_bytes_sent", WebField::body, 2},
    {"bytes_sent", WebField::body},
    {"content_length", WebField::sent},
    {"request_time", WebField::took_seconds},
    {"upstream_response_time", WebField::origin_seconds},
    // Not nginx', for layouts of other servers.
    {"arrival", WebField::arrived},
    {"key", WebField::uri},
    {"request_ms", WebField::took_milliseconds},
    {"request_us", WebField::took_microseconds},
    {"origin_time", WebField::origin_seconds},
    {"origin_ms", WebField::origin_milliseconds},
    {"value_bytes", WebField::value},
};

constexpr NamedWebField kGoaccessFields[] = {
    {"x", WebField::ended},
    {"r", WebField::request_line},
    {"m", WebField::method},
    {"U", WebField::path},
    {"q", WebField::query},
    {"v", WebField::host},
    {"s", WebField::status},
    {"b", WebField::body},
    {"d", WebField::date},
    {"t", WebField::clock},
    {"T", WebField::took_seconds},
    {"L", WebField::took_milliseconds, 2},
    {"D", WebField::took_microseconds, 3},
    {"n", WebField::took_nanoseconds, 4},
};

// With what stands in braces. Apache's time is when the request arrived, unless told otherwise (mod_log_config).
constexpr NamedWebField kApacheFields[] = {
    {"t", WebField::arrived},
    {"r", WebField::request_line},
    {"m", WebField::method},
    {"U", WebField::path},
    {"q", WebField::query},
    {"v", WebField::host},
    {"V", WebField::host},
    {"{host}i", WebField::host, 2},
    {"s", WebField::status},
    {">s", WebField::status, 2},
    {"b", WebField::body, 2},
    {"B", WebField::body, 2},
    {"O", WebField::body},
    {"{content-length}i", WebField::sent},
    {"T", WebField::took_seconds},
    {"{s}T", WebField::took_seconds},
    {"{ms}T", WebField::took_milliseconds, 2},
    {"{us}T", WebField::took_microseconds, 3},
    {"D", WebField::took_microseconds, 3},
};

constexpr NamedWebField kColumns[] = {
    {"date", WebField::date},          {"time", WebField::clock},
    {"time-taken", WebField::took},    {"cs-method", WebField::method},
    {"cs-uri", WebField::uri},         {"cs-uri-stem", WebField::path},
    {"cs-uri-query", WebField::query}, {"x-host-header", WebField::host, 2},
    {"cs-host", WebField::host},       {"cs(host)", WebField::host},
    {"sc-status", WebField::status},   {"sc-bytes", WebField::body},
};

template <size_t count>
NamedWebField named_web_field(const NamedWebField (&fields)[count], std::string_view name) {
  for (const NamedWebField& field : fields) {
    if (field.name == name) return field;
  }
  return {name, WebField::ignored};
}

// The texts in quotes, one behind the other.
std::string quoted_texts(std::string_view text, bool only_first) {
  std::string all;
  const char quote = text[text.find_first_of("'\"")];
  size_t at = text.find(quote);
  while (at < text.size()) {
    for (++at; at < text.size() && text[at] != quote; ++at) {
      if (text[at] == '\\' && at + 1 < text.size()) all += text[at++];
      all += text[at];
    }
    at = only_first ? text.npos : text.find(quote, at + 1);
  }
  return all;
}

// As it is in a server's configuration, or in a shell.
std::string unwrapped(std::string_view pasted) {
  std::string text = trimmed(pasted);
  const bool is_apache = text.starts_with("LogFormat"), is_nginx = text.starts_with("log_format");
  if ((is_apache || is_nginx || text.starts_with('\'')) && text.find_first_of("'\"") != text.npos) {
    text = quoted_texts(text, is_apache);
  }
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      ++i;
      plain += text[i] == 't' ? '\t' : text[i];
    } else {
      plain += text[i];
    }
  }
  return plain;
}

bool is_name_character(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// $name and ${name}.
void read_nginx_layout(std::string_view text, WebLayoutBuilder& builder) {
  for (size_t at = 0; at < text.size();) {
    const bool braces = text.substr(at).starts_with("${");
    const size_t start = at + (braces ? 2 : 1);
    size_t end = start;
    while (end < text.size() && is_name_character(text[end])) ++end;
    if (text[at] != '$' || end == start) {
      builder.add_text(text.substr(at++, 1));
      continue;
    }
    const std::string name(text.substr(start, end - start));
    builder.add_field(named_web_field(kNginxFields, name), "$" + name, name == "time_local" ? " " : "");
    at = braces && end < text.size() ? end + 1 : end;
  }
}

// A date and a time of day next to each other are a time, together with the fraction or the offset that goaccess drops.
size_t goaccess_time(std::string_view text) {
  if (!text.starts_with("%d") || text.size() < 5 || text.substr(3, 2) != "%t") return text.starts_with("%x") ? 2 : 0;
  return text.substr(5).starts_with(" %^]") ? 8 : 5;
}

void read_goaccess_layout(std::string_view text, WebLayoutBuilder& builder) {
  for (size_t at = 0; at < text.size();) {
    std::string_view rest = text.substr(at);
    if (rest[0] != '%' || rest.size() < 2) {
      builder.add_text(rest.substr(0, 1));
      ++at;
    } else if (size_t size = goaccess_time(rest); size > 0) {
      if (rest.substr(size).starts_with(".%^")) size += 3;
      rest = rest.substr(0, size);
      builder.add_field({"x", WebField::ended}, std::string(rest), rest);
      at += size;
    } else {
      if (rest[1] == '~') {
        builder.skip_blanks();
      } else if (rest[1] == '%') {
        builder.add_text("%");
      } else {
        builder.add_field(named_web_field(kGoaccessFields, rest.substr(1, 1)), std::string(rest.substr(0, 2)));
      }
      at += 2;
    }
  }
}

// The directive at the front of a text that starts with "%": its size, and its name without conditions: "{Host}i".
struct ApacheDirective {
  size_t size = 0;
  std::string name, braces;
};

ApacheDirective apache_directive(std::string_view text) {
  ApacheDirective found;
  size_t at = std::min(text.find_first_not_of("!,0123456789", 1), text.size());
  if (at < text.size() && (text[at] == '>' || text[at] == '<')) {
    if (text[at] == '>') found.name = ">";
    ++at;
  }
  if (at < text.size() && text[at] == '{') {
    const size_t end = std::min(text.find('}', at), text.size() - 1);
    found.braces = text.substr(at + 1, end - at - 1);
    found.name = "{" + lowered(found.braces) + "}";
    at = end + 1;
  }
  if (at < text.size() && text[at] == '^') at = std::min(at + 2, text.size());  // %{Name}^ti
  if (at < text.size()) found.name += text[at++];
  found.size = at;
  return found;
}

void read_apache_layout(std::string_view text, WebLayoutBuilder& builder) {
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '%') {
      builder.add_text(text.substr(at++, 1));
      continue;
    }
    const ApacheDirective directive = apache_directive(text.substr(at));
    const std::string spelled(text.substr(at, directive.size));
    at += directive.size;
    if (directive.name == "%") {
      builder.add_text("%");
    } else if (directive.name == "t") {
      builder.add_text("[");
      builder.add_field({"t", WebField::arrived}, spelled, " ");
      builder.add_text("]");
    } else if (directive.name.ends_with("}t")) {
      const bool is_end = directive.braces.starts_with("end:");
      builder.add_time_piece({"t", is_end ? WebField::ended : WebField::arrived}, spelled, directive.braces);
    } else {
      builder.add_field(named_web_field(kApacheFields, directive.name), spelled);
    }
  }
}

bool is_nginx_layout(std::string_view text) {
  const size_t dollar = text.find('$');
  return dollar != text.npos && (text.find('%') == text.npos || dollar < text.find('%'));
}

// What only Apache has; and a time without a date, which is the whole time to Apache.
bool is_apache_layout(std::string_view text) {
  const auto has = [&](std::string_view what) { return text.find(what) != text.npos; };
  if (has("%>") || has("%<") || has("%{") || has("%l")) return true;
  return has("%t") && !has("%d") && !has("%^");
}

bool has_uri(const WebLogLayout& layout) {
  return std::ranges::any_of(layout.steps, [](const WebStep& step) {
    return step.field == WebField::request_line || step.field == WebField::uri || step.field == WebField::path;
  });
}

}  // namespace

WebLogLayout parse_web_log_layout(std::string_view text) {
  const std::string plain = unwrapped(text);
  WebLayoutBuilder builder;
  if (is_nginx_layout(plain)) {
    read_nginx_layout(plain, builder);
  } else if (is_apache_layout(plain)) {
    read_apache_layout(plain, builder);
  } else {
    read_goaccess_layout(plain, builder);
  }
  WebLogLayout layout = builder.build();
  if (!has_uri(layout)) {
    throw usage_error("layout of a log: '" + plain + "' has no URI",
                      "it needs $request, $request_uri or $uri, or as Apache and goaccess have it %r or %U");
  }
  return layout;
}

WebLogLayout parse_web_log_columns(std::string_view names, char between) {
  WebLayoutBuilder builder;
  const std::string after(1, between);
  while (true) {
    const size_t start = names.find_first_not_of(" \t");
    if (start == names.npos) break;
    names.remove_prefix(start);
    const std::string name(names.substr(0, names.find_first_of(" \t")));
    names.remove_prefix(name.size());
    builder.add_field(named_web_field(kColumns, lowered(name)), name);
    builder.add_text(after);
  }
  WebLogLayout layout = builder.build();
  if (layout.steps.empty()) return layout;
  layout.steps.back().after.clear();
  for (WebStep& step : layout.steps) step.is_column = true;
  while (!layout.steps.empty() && layout.steps.back().field == WebField::ignored) layout.steps.pop_back();
  if (!has_uri(layout)) layout.steps.clear();
  return layout;
}

}  // namespace hitbench
