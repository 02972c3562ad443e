// What scenarios and command lines can name, as `hitbench list` prints it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/part.h"

namespace hitbench {

struct ListedKind {
  std::string_view name;  // "caches"
  std::vector<const RowInfo*> rows;
};
// Of the registry, and the rules about which go together.
const std::vector<ListedKind>& listed_kinds();

// A part of a scenario that is no part of the registry's.
struct ListedSection {
  std::string_view name, summary;
  struct Fields {
    std::string_view prefix;  // "keys."
    std::vector<Field> fields;
  };
  std::vector<Fields> groups;
};
const std::vector<ListedSection>& listed_sections();

// Of kinds, sections and rows, each once.
std::vector<std::string> listed_names();

}  // namespace hitbench
