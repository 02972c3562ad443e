#include "report/html/markup.h"

#include <fmt/format.h>

#include "base/printable.h"
#include "base/text.h"

namespace hitbench::html {
namespace {

// A share of a limit, which is 1: drawn by the browser.
std::string meter(double share) {
  return fmt::format(R"(<meter min="0" max="2" high="1" optimum="0" value="{:.3f}">{:.2f}</meter>)", share, share);
}

std::string cell_of(const Cell& cell, bool is_first) {
  if (is_first) {
    std::string classes = cell.mark == Mark::invalid ? "bad" : "";
    if (cell.is_indented) add_part(classes, "indented", " ");
    return fmt::format(R"(<th scope="row"{}>{}</th>)", classes.empty() ? "" : fmt::format(R"( class="{}")", classes),
                       markup_text(cell_text(cell)));
  }
  if (cell.unit == CellUnit::bar && cell.value) return "<td>" + meter(*cell.value) + "</td>";
  return element("td", cell_text(cell));
}

}  // namespace

std::string element(std::string_view tag, std::string_view text, std::string_view classes) {
  const std::string attribute = classes.empty() ? "" : fmt::format(R"( class="{}")", classes);
  return fmt::format("<{}{}>{}</{}>", tag, attribute, markup_text(text), tag);
}

std::string table_of(const Grid& grid, std::string_view says) {
  std::string text = fmt::format(R"(<div class="scroll" role="region" tabindex="0" aria-label="{}"><table><thead><tr>)",
                                 markup_text(says));
  for (const Column& column : grid.columns) {
    text += fmt::format(R"(<th scope="col">{}</th>)", markup_text(fmt::format("{}", fmt::join(column.head, " "))));
  }
  text += "</tr></thead><tbody>\n";
  for (const std::vector<Cell>& row : grid.rows) {
    text += "<tr>";
    for (size_t i = 0; i < row.size(); ++i) text += cell_of(row[i], i == 0);
    text += "</tr>\n";
  }
  return text + "</tbody></table></div>\n";
}

}  // namespace hitbench::html
