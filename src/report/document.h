// What a result embeds as JSON, its scenario and its environment, for the words of a report. A saved result may have
// anything there, so whatever is missing is empty rather than refused.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace hitbench {

using Document = nlohmann::ordered_json;

Document document_of(const std::string& text);  // an empty object where the text is none

Document value_at(const Document& document, std::initializer_list<const char*> path);  // null where there is none

// A text, number or boolean as a word; empty for everything else.
std::string word_at(const Document& document, std::initializer_list<const char*> path);
std::string document_word(const Document& value);
// The same with separators, "1,234": also of several points, "1/10/100".
std::string count_of(const Document& value);
std::string with_noun(const std::string& count, std::string_view noun);  // "1 key", "1/10 keys"

}  // namespace hitbench
