#include "metrics/json_archive.h"

namespace hitbench {
namespace {

// Of brackets outside of strings. Copies and prints of deeper values recurse too far for the stack.
bool is_deep(const std::string& text) {
  constexpr int kDeepest = 100;  // a result embeds a scenario, which may have 64
  int depth = 0;
  bool in_string = false;
  for (size_t at = 0; at < text.size() && depth <= kDeepest; ++at) {
    const char c = text[at];
    if (in_string && c == '\\') ++at;
    if (c == '"') in_string = !in_string;
    if (in_string) continue;
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
  }
  return depth > kDeepest;
}

}  // namespace

Json embedded_document(const std::string& text) {
  if (text.empty()) return Json::object();
  return Json::parse(text, nullptr, /*allow_exceptions=*/true, /*ignore_comments=*/true);
}

Json parse_document(const std::string& text, const std::string& where) {
  if (is_deep(text)) throw usage_error(where + " is nested deeper than any hitbench file", kOurFile);
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) throw usage_error(where + " is not JSON, or is cut off", kOurFile);
  return json;
}

void check_schema(const Json& json, const std::string& schema, const std::string& where) {
  const auto found = json.is_object() ? json.find("schema") : json.end();
  const bool named = json.is_object() && found != json.end() && found->is_string();
  const std::string name = named ? found->get<std::string>() : "";
  if (name == schema) return;
  const size_t slash = schema.find('/');
  if (name.starts_with(schema.substr(0, slash + 1))) {
    throw usage_error(where + " has the schema '" + name + "', and this hitbench reads '" + schema + "'",
                      "use the hitbench that wrote it, or a newer one");
  }
  const std::string kind = schema.substr(schema.find('.') + 1, slash - schema.find('.') - 1);
  throw usage_error(where + " is not a " + kind +
                        " of hitbench: " + (named ? "its schema is '" + name + "'" : "it has no \"schema\""),
                    kOurFile);
}

}  // namespace hitbench
