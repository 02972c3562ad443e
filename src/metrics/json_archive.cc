#include "metrics/json_archive.h"

namespace hitbench {

Json embedded_document(const std::string& text) {
  if (text.empty()) return Json::object();
  return Json::parse(text, nullptr, /*allow_exceptions=*/true, /*ignore_comments=*/true);
}

Json parse_document(const std::string& text, const std::string& where) {
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
