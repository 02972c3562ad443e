// A page as GitHub-flavored Markdown: a comment on a pull request, or a step's summary.
#include <fmt/format.h>

#include "base/printable.h"
#include "report/render.h"

namespace hitbench {
namespace {

// Text from outside must neither end a cell nor become markup.
std::string markdown(const std::string& text) {
  std::string done;
  for (const char c : printable(text)) {
    if (std::string_view("|*_`<>[]\\~#").find(c) != std::string_view::npos) done += '\\';
    done += c;
  }
  return done;
}

std::string bold(const std::string& text) { return "**" + markdown(text) + "**"; }

std::string joined_head(const Column& column) { return fmt::format("{}", fmt::join(column.head, " ")); }

std::string row_of(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += " " + markdown(cell) + " |";
  return line + "\n";
}

std::string table_of(const Grid& grid) {
  std::vector<std::string> heads;
  std::string rule = "|";
  for (const Column& column : grid.columns) {
    rule += heads.empty() ? " --- |" : " ---: |";
    heads.push_back(joined_head(column));
  }
  std::string text = row_of(heads) + rule + "\n";
  for (const std::vector<Cell>& row : grid.rows) {
    std::vector<std::string> cells;
    for (const Cell& cell : row) cells.push_back(cell_text(cell));
    text += row_of(cells);
  }
  return text;
}

std::string bullets(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += "- " + (finding.word.empty() ? "" : bold(finding.word) + " ") + markdown(finding.text) + "\n";
  }
  return text;
}

std::string block_text(const Heading& heading) { return "### " + markdown(heading.text) + "\n"; }

std::string block_text(const Paragraph& paragraph) {
  const std::string text = markdown(paragraph.text);
  if (!paragraph.lead.empty()) return "\n" + bold(paragraph.lead) + paragraph.after + text + "\n";
  return "\n" + text + "\n";
}

// Two blanks at a line's end break it. A single line has them, too.
std::string block_text(const LabeledLines& block) {
  std::string text = "\n";
  for (size_t i = 0; i < block.lines.size(); ++i) {
    const auto& [label, words] = block.lines[i];
    const bool breaks = i == 0 || i + 1 < block.lines.size();
    text += markdown(label) + ": " + markdown(words) + (breaks ? "  \n" : "\n");
  }
  return text;
}

std::string block_text(const FindingList& list) {
  if (list.title.empty()) return "\n" + bullets(list.findings);
  if (list.is_title_bold) return "\n" + bold(list.title) + "\n\n" + bullets(list.findings);
  return "\n" + markdown(list.title) + "\n\n" + bullets(list.findings);
}

std::string block_text(const Section& section) {
  std::string text = "\n" + (section.title.empty() ? "" : bold(section.title) + "\n\n") + bullets(section.findings);
  if (!section.grid.columns.empty()) text += table_of(section.grid);
  if (!section.below.empty()) text += "\n" + markdown(section.below) + "\n";
  if (!section.notes.empty()) text += "\n";
  for (const auto& [metric, note] : section.notes) text += "- " + markdown(metric + ": " + note) + "\n";
  return text;
}

std::string block_text(const Legend& legend) {
  std::string text = "\n";
  for (const auto& [sign, meaning] : legend.signs) {
    text += (sign == kNothing ? "\\" : "") + markdown(sign) + " " + markdown(meaning) + "\n";  // "- " begins a list
  }
  return text;
}

std::string block_text(const SmallPrint& block) { return "\n" + markdown(block.text) + "\n"; }

std::string block_text(const Footer& footer) {
  std::string text;
  for (const auto& [label, words] : footer.lines) {
    text += "\n<sub>" + (label.empty() ? "" : label + ": ") + markdown(words) + "</sub>\n";
  }
  return text;
}

}  // namespace

std::string render_markdown(const Page& page) {
  std::string text = "<!-- " + page.kind + " -->\n";
  bool folded = false;
  for (const Block& block : page.blocks) {
    if (block.medium == Medium::terminal) continue;
    if (block.is_detail && !folded) text += "\n<details><summary>Details</summary>\n";
    folded = folded || block.is_detail;
    text += std::visit([](const auto& content) { return block_text(content); }, block.content);
  }
  return folded ? text + "\n</details>\n" : text;
}

std::string report_markdown(const Result& result, const ReportStyle& style) {
  return render_markdown(page_of(result, style));
}

std::string report_verdict_markdown(const Verdict& verdict, const ReportStyle& style) {
  return render_markdown(page_of(verdict, style));
}

}  // namespace hitbench
