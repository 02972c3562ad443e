#include "workload/trace/web_log_builder.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace hitbench {
namespace {

bool is_whole_time(WebField field) { return field == WebField::ended || field == WebField::arrived; }
bool is_part_of_time(WebField field) { return field == WebField::date || field == WebField::clock; }

// A host ends where its URI starts; nothing else without a text between them can be told apart.
void separate_fields(WebStep& step, const WebStep& next) {
  if (step.field != WebField::host || (next.field != WebField::uri && next.field != WebField::path)) {
    throw usage_error("layout of a log: nothing separates " + step.name + " from " + next.name,
                      "a text must stand between two fields, a blank for instance");
  }
  step.after.assign(1, '/');
  step.keeps_after = true;
}

// The quotes or brackets around it belong to its name in messages.
void enclose_name(WebStep& step, std::string_view before) {
  if (before.empty() || step.after.empty()) return;
  const char open = before.back(), close = step.after[0];
  if ((open == '"' && close == '"') || (open == '[' && close == ']')) step.name = open + step.name + close;
}

}  // namespace

void WebLayoutBuilder::add_field(const NamedWebField& named, const std::string& spelled, std::string_view shape) {
  if (joins_last(named.field, spelled)) return;
  WebStep step{.field = named.field, .name = spelled};
  step.skips_blanks = std::exchange(skips_blanks_, false);
  step.is_list = named.field == WebField::origin_seconds || spelled.starts_with("$upstream_");
  pieces_.push_back({std::move(step), named.rank, std::string(shape)});
}

void WebLayoutBuilder::add_time_piece(const NamedWebField& named, const std::string& spelled, std::string_view shape) {
  if (pieces_.empty() || !is_whole_time(pieces_.back().step.field) || pieces_.back().step.after.size() > 1) {
    return add_field(named, spelled, shape);
  }
  Piece& last = pieces_.back();
  last.step.name += last.step.after + spelled;
  last.shape += last.step.after;
  last.shape += shape;
  last.step.after.clear();
}

WebLogLayout WebLayoutBuilder::build() {
  WebLogLayout layout{.before = before_};
  for (size_t i = 0; i < pieces_.size(); ++i) {
    WebStep step = pieces_[i].step;
    if (step.after.empty() && i + 1 < pieces_.size()) separate_fields(step, pieces_[i + 1].step);
    if (!step.after.empty()) step.passes = static_cast<size_t>(std::ranges::count(pieces_[i].shape, step.after[0]));
    enclose_name(step, i == 0 ? before_ : pieces_[i - 1].step.after);
    const bool lacks_part = is_part_of_time(step.field) && !(has(WebField::date) && has(WebField::clock));
    if (lacks_part || is_outdone(pieces_[i])) step.field = WebField::ignored;
    layout.steps.push_back(std::move(step));
  }
  return layout;
}

// A query right behind its path: one field.
bool WebLayoutBuilder::joins_last(WebField field, const std::string& spelled) {
  if (pieces_.empty()) return false;
  WebStep& last = pieces_.back().step;
  if (last.field != WebField::path || !last.after.empty()) return false;
  if (field != WebField::query && spelled != "$is_args") return false;
  last.name += spelled;
  return true;
}

// By one that says the same better, or first.
bool WebLayoutBuilder::is_outdone(const Piece& piece) const {
  const WebField group = web_field_group(piece.step.field);
  for (const Piece& other : pieces_) {
    if (web_field_group(other.step.field) != group) continue;
    if (other.rank > piece.rank || (other.rank == piece.rank && &other < &piece)) return true;
  }
  return false;
}

bool WebLayoutBuilder::has(WebField field) const {
  return std::ranges::any_of(pieces_, [&](const Piece& piece) { return piece.step.field == field; });
}

}  // namespace hitbench
