// What the command line says of single fields, in words of its own (cli/flags.h): `--ttl 1h`, `--keys zipf:0.99:100k`.
#pragma once

#include "scenario/json_text.h"
#include "scenario/location.h"
#include "scenario/scenario.h"

namespace hitbench {

struct Registry;

// Makes missing objects on the way, and names the field among the overrides of `source`. An object that says what a
// part is changes only the members that it has, as long as the part's type stays; else it takes the part's place.
// Throws Error{usage} for a field of parts that no part of the list has.
void assign(Json& document, const TypedField& field, Source& source, const Registry& registry);

}  // namespace hitbench
