// A page on a terminal.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/layout.h"
#include "report/render.h"

namespace hitbench {
namespace {

class TextRenderer {
 public:
  explicit TextRenderer(const ReportStyle& style)
      : width_(static_cast<size_t>(std::max(style.width, 40))),
        grid_width_(style.hides_columns ? width_ : kNoLimit),
        paint_{style.color},
        details_(style.details),
        utf8_(style.utf8) {}

  std::string render(const Page& page) {
    for (const Block& block : page.blocks) {
      if (block.medium == Medium::document || (block.is_detail && !details_)) continue;
      std::visit([&](const auto& content) { add(content); }, block.content);
      after_table_ = std::holds_alternative<Section>(block.content);
    }
    return std::move(text_);
  }

 private:
  void add(const Heading& heading) { text_ += bold_paragraph(heading.text); }

  void add(const Paragraph& block) {
    if (block.starts_part) text_ += "\n";
    if (block.lead.empty()) {
      text_ += paragraph("", block.text, width_, 2);
      return;
    }
    const std::string lead =
        block.bold ? paint_.bold(block.lead + block.after) : toned(block.lead, block.tone) + block.after;
    text_ += paragraph(lead, block.text, width_, 2);
  }

  void add(const LabeledLines& block) {
    size_t widest = 0;
    for (const auto& [label, text] : block.lines) widest = std::max(widest, label.size());
    const size_t indent = widest + 2;
    for (const auto& [label, text] : block.lines) {
      text_ += paragraph(pad_right(label + ":", indent), text, width_, indent);
    }
  }

  void add(const FindingList& list) {
    text_ += "\n";
    if (!list.title.empty()) text_ += bold_paragraph(list.title);
    for (const Finding& finding : list.findings) add_finding(finding);
  }

  void add(const Section& section) {
    text_ += "\n";
    if (!section.title.empty()) {
      text_ += section.is_name ? paint_.bold(printable(section.title)) + "\n" : bold_paragraph(section.title);
    }
    for (const Finding& finding : section.findings) add_finding(finding);
    if (!section.grid.columns.empty()) add_grid(section);
    if (!section.below.empty()) text_ += paragraph("  ", section.below, width_, 2);
    for (const auto& [metric, note] : section.notes) {
      text_ += paragraph("    " + printable(metric) + ": ", note, width_, 6);
    }
  }

  void add(const Legend& legend) {
    std::string line;
    for (const auto& [sign, meaning] : legend.signs) add_part(line, sign + " " + meaning, "; ");
    text_ += paragraph("  ", line, width_, 2);
  }

  void add(const SmallPrint& block) {
    if (after_table_) text_ += "\n";
    text_ += paragraph("", block.text, width_, 2);
  }

  void add(const Footer& footer) {
    text_ += "\n";
    for (const auto& [label, text] : footer.lines) {
      text_ += paragraph(label.empty() ? "" : label + ": ", text, width_, 2);
    }
  }

  void add_grid(const Section& section) {
    const PrintedGrid printed = print_grid(section.grid, grid_width_, paint_, utf8_);
    text_ += printed.text;
    if (!section.names_hidden_columns || printed.left_out.empty()) return;
    text_ += paragraph("  ", fmt::format("columns hidden (narrow terminal): {}", fmt::join(printed.left_out, ", ")),
                       width_, 2);
  }

  void add_finding(const Finding& finding) {
    const std::string lead = "  " + toned(finding.word, finding.tone) + (finding.word.empty() ? "" : "  ");
    text_ += paragraph(lead, finding.text, width_, 4);
  }

  // Each line by itself, so that no color crosses a line's end.
  std::string bold_paragraph(const std::string& words) const {
    std::string lines;
    const std::string plain = paragraph("", words, width_, 2);
    for (size_t at = 0; at < plain.size();) {
      const size_t end = plain.find('\n', at);
      lines += paint_.bold(plain.substr(at, end - at)) + "\n";
      at = end + 1;
    }
    return lines;
  }

  std::string toned(const std::string& word, Finding::Tone tone) const {
    switch (tone) {
      case Finding::Tone::good:
        return paint_.green(word);
      case Finding::Tone::bad:
        return paint_.red(word);
      case Finding::Tone::doubtful:
        return paint_.yellow(word);
      case Finding::Tone::plain:
        break;
    }
    return word;
  }

  static constexpr size_t kNoLimit = 1'000'000;

  const size_t width_, grid_width_;
  const Paint paint_;
  const bool details_, utf8_;
  bool after_table_ = false;
  std::string text_;
};

}  // namespace

std::string render_text(const Page& page, const ReportStyle& style) {
  const std::string text = TextRenderer(style).render(page);
  return style.utf8 ? text : as_ascii(text);
}

std::string report_table(const Result& result, const ReportStyle& style) {
  return render_text(page_of(result, style), style);
}

std::string report_verdict_table(const Verdict& verdict, const ReportStyle& style) {
  return render_text(page_of(verdict, style), style);
}

}  // namespace hitbench
