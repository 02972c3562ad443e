// The parameters of a part that a scenario only names: every field's fallback. Knows plain values only; fields of
// other kinds (parts) are put by the test.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "base/part.h"
#include "base/units.h"

namespace hitbench {

inline Params defaults_of(const std::vector<Field>& fields) {
  Params params;
  for (const Field& field : fields) {
    const std::string name(field.name);
    std::string word(field.fallback);
    if (word.starts_with('"')) word = word.substr(1, word.size() - 2);
    if (field.fallback == "null") {
      params.put(name, std::monostate{});
    } else if (field.type == FieldType::boolean) {
      params.put(name, word == "true");
    } else if (field.type == FieldType::integer) {
      params.put(name, int64_t{std::stoll(word)});
    } else if (field.type == FieldType::real) {
      params.put(name, std::stod(word));
    } else if (field.type == FieldType::duration) {
      params.put(name, parse_duration(word).value());
    } else if (field.type == FieldType::size) {
      params.put(name, parse_size(word).value());
    } else if (field.type == FieldType::text) {
      params.put(name, word);
    } else if (field.type == FieldType::texts) {
      params.put(name, std::vector<std::string>{});
    }
  }
  return params;
}

}  // namespace hitbench
