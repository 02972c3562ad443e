#include "report/html/blocks.h"

#include <fmt/format.h>

#include "report/html/markup.h"

namespace hitbench::html {
namespace {

std::string_view class_of(Finding::Tone tone) {
  switch (tone) {
    case Finding::Tone::good:
      return "good";
    case Finding::Tone::bad:
      return "bad";
    case Finding::Tone::doubtful:
      return "doubtful";
    case Finding::Tone::plain:
      break;
  }
  return "";
}

std::string list_of(const std::vector<Finding>& findings) {
  if (findings.empty()) return "";
  std::string text = "<ul class=\"findings\">\n";
  for (const Finding& finding : findings) {
    text += "<li>";
    if (!finding.word.empty()) text += element("b", finding.word, class_of(finding.tone)) + " ";
    text += markup_text(finding.text) + "</li>\n";
  }
  return text + "</ul>\n";
}

std::string labeled(const std::vector<std::pair<std::string, std::string>>& lines) {
  std::string text = "<dl>\n";
  for (const auto& [label, words] : lines) text += element("dt", label) + element("dd", words) + "\n";
  return text + "</dl>\n";
}

// Of the details, all tables of several in a row but the first are folded.
class BlockRenderer {
 public:
  explicit BlockRenderer(bool details) : details_(details) {}

  std::string render(const Page& page) {
    for (const Block& block : page.blocks) {
      if (block.medium == Medium::terminal || block.is_detail != details_) continue;
      std::visit([&](const auto& content) { add(content); }, block.content);
      after_section_ = std::holds_alternative<Section>(block.content);
    }
    return std::move(text_);
  }

 private:
  void add(const Heading& heading) { text_ += element("h1", heading.text) + "\n"; }

  void add(const Paragraph& paragraph) {
    text_ += paragraph.bold ? "<p class=\"answer\">" : "<p>";
    if (!paragraph.lead.empty()) {
      text_ += element("b", paragraph.lead, class_of(paragraph.tone)) + markup_text(paragraph.after);
    }
    text_ += markup_text(paragraph.text) + "</p>\n";
  }

  void add(const LabeledLines& block) { text_ += labeled(block.lines); }

  void add(const FindingList& list) {
    if (!list.title.empty()) text_ += element("h2", list.title) + "\n";
    text_ += list_of(list.findings);
  }

  void add(const Section& section) {
    const bool folds = details_ && after_section_;
    const std::string title = section.title.empty() ? "" : element("h2", section.title);
    text_ += folds ? "<details><summary>" + title + "</summary>\n" : title + "\n";
    text_ += list_of(section.findings);
    if (!section.grid.columns.empty()) text_ += table_of(section.grid, section.title.empty() ? "Rows" : section.title);
    if (!section.below.empty()) text_ += element("p", section.below, "small") + "\n";
    if (!section.notes.empty()) text_ += labeled(section.notes);
    if (folds) text_ += "</details>\n";
  }

  void add(const Legend& legend) {
    for (const auto& [sign, meaning] : legend.signs) {
      text_ += fmt::format("<p class=\"small\">{} {}</p>\n", markup_text(sign), markup_text(meaning));
    }
  }

  void add(const SmallPrint& block) { text_ += element("p", block.text, "small") + "\n"; }

  void add(const Footer&) {}

  const bool details_;
  std::string text_;
  bool after_section_ = false;
};

}  // namespace

std::string blocks_html(const Page& page) { return BlockRenderer(false).render(page); }

std::string details_html(const Page& page) { return BlockRenderer(true).render(page); }

std::string footer_html(const Page& page) {
  std::string text;
  for (const Block& block : page.blocks) {
    const Footer* footer = std::get_if<Footer>(&block.content);
    if (footer == nullptr || block.medium == Medium::terminal) continue;
    for (const auto& [label, words] : footer->lines) {
      text += "<p>" + (label.empty() ? "" : element("b", label) + ": ") + markup_text(words) + "</p>\n";
    }
  }
  return text;
}

}  // namespace hitbench::html
