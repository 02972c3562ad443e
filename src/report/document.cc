#include "report/document.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"

namespace hitbench {

Document document_of(const std::string& text) {
  Document document = Document::parse(text, nullptr, false, true);
  return document.is_object() ? document : Document::object();
}

Document value_at(const Document& document, std::initializer_list<const char*> path) {
  const Document* here = &document;
  for (const char* name : path) {
    if (!here->is_object() || !here->contains(name)) return nullptr;
    here = &(*here)[name];
  }
  return *here;
}

std::string document_word(const Document& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number()) return fmt::format("{:g}", value.get<double>());
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  return "";
}

std::string count_of(const Document& value) {
  return value.is_number() ? format_count(value.get<double>()) : document_word(value);
}

std::string with_noun(const std::string& count, std::string_view noun) {
  return count + " " + plural(count == "1" ? 1 : 2, noun);
}

std::string word_at(const Document& document, std::initializer_list<const char*> path) {
  return document_word(value_at(document, path));
}

}  // namespace hitbench
