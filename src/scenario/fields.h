// Reads JSON objects against tables of fields (base/part.h): the same tables that `hitbench list` prints and the JSON
// schema is made from. What is read comes back twice: as Params, and as JSON with every default filled in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/part.h"
#include "scenario/json_text.h"
#include "scenario/location.h"

namespace hitbench {

struct Registry;

struct ReadValue {
  Params::Value value;
  Json json;  // canonical: sizes in bytes, durations respelt
};

// One value against its field. Null is taken only where the field's fallback is null.
ReadValue read_value(const Field& field, const Json& json, const Location& location, const Registry& registry);

// The members of one object. Read or take every member that is known, then call finish().
class ObjectReader {
 public:
  // Fails unless `json` is an object; both must outlive the reader.
  ObjectReader(const Json& json, const Location& location, const Registry& registry);

  void read(const std::vector<Field>& fields, Params& params, Json& normalized);
  void read(const Field& field, Params& params, Json& normalized);
  // A member that has no Field: null if it is not there, or JSON null.
  const Json* take(std::string_view name);
  bool has(std::string_view name) const;
  // Fails for the first member that nobody asked for, with the nearest known name.
  void finish() const;

  const Location& location() const { return location_; }
  const Json& json() const { return json_; }

 private:
  const Json& json_;
  Location location_;
  const Registry& registry_;
  std::vector<std::string> known_;
};

// "a, b or c".
std::string one_of(const std::vector<std::string>& words);

// The canonical JSON of a field's default.
Json default_json(const Field& field);

}  // namespace hitbench
