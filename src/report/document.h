// What a result embeds as JSON, its scenario and its environment, for the words of a report. A saved result may have
// anything there, so whatever is missing is empty rather than refused.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>

namespace hitbench {

using Document = nlohmann::ordered_json;

Document document_of(const std::string& text);  // an empty object where the text is none

Document value_at(const Document& document, std::initializer_list<const char*> path);  // null where there is none

// A text, number or boolean as a word; empty for everything else.
std::string word_at(const Document& document, std::initializer_list<const char*> path);
std::string document_word(const Document& value);

}  // namespace hitbench
