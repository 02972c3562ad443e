// What changes a scenario's document before it is read: `--set path=value`, and the points of a sweep.
#pragma once

#include <string>
#include <vector>

#include "scenario/json_text.h"
#include "scenario/location.h"

namespace hitbench {

struct Assignment {
  std::vector<std::string> path;  // names and list indexes
  Json value;
  Override origin;  // for messages

  std::string dotted() const;  // "caches.0.memory"
};

// "caches[0].memory" and "caches.0.memory" are the same path. Empty for a malformed one.
std::vector<std::string> split_path(const std::string& text);

// "caches.0.memory=64MiB"; the value is JSON, or else a string. Throws Error{usage} if it is no such thing.
Assignment parse_set(const std::string& text);

// Makes missing objects on the way; a part named by a string becomes an object. Of two members that exclude each
// other (measure.duration and measure.operations) the assigned one wins. `source` is for messages.
void assign(Json& document, const Assignment& assignment, const Source& source);

// A list of parts that the document leaves to its default can be changed too: from here on it is there.
void fill_default(Json& document, const std::string& name);

// One point of a sweep: what to assign, and its words ("app.clients=10,workload.keys.theta=0.99").
struct SweepPoint {
  std::vector<Assignment> assignments;
  std::string text;
};

// The grid of an object {path: [values]}, the first path varying slowest. Null: one point that assigns nothing.
std::vector<SweepPoint> sweep_points(const Json& sweep, const Location& location);

// The document of a whole sweep, from those of its points with every default filled in: read again it gives the same
// points. That of the first, without what other points have otherwise: a default that follows from what is swept
// (warmup.operations, rounds) must follow again at every point. What the sweep assigns itself stays.
Json document_of_sweep(const std::vector<Json>& documents, const std::vector<SweepPoint>& points);

}  // namespace hitbench
