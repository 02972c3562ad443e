// Renderers over pages made by hand: every block, as it looks.
#include "report/render.h"

#include <gtest/gtest.h>

namespace hitbench {
namespace {

template <typename Content>
Page page_with(Content content, Medium medium = Medium::any) {
  return {.kind = "x", .blocks = {{.content = std::move(content), .medium = medium}}};
}

template <typename Content>
std::string text_of_block(Content content, bool color = false) {
  return render_text(page_with(std::move(content)), {.color = color, .width = 60});
}

template <typename Content>
std::string markdown_of_block(Content content) {
  const std::string text = render_markdown(page_with(std::move(content)));
  return text.substr(text.find('\n') + 1);
}

TEST(Render, BlocksOfTheOtherMediumAreLeftOut) {
  EXPECT_EQ(render_text(page_with(Heading{"q"}, Medium::document), {}), "");
  EXPECT_EQ(render_text(page_with(Heading{"q"}, Medium::terminal), {}), "q\n");
  EXPECT_EQ(render_markdown(page_with(Heading{"q"}, Medium::terminal)), "<!-- x -->\n");
  EXPECT_EQ(render_markdown(page_with(Heading{"q"}, Medium::document)), "<!-- x -->\n### q\n");
}

TEST(Render, AParagraphWithItsLead) {
  const Paragraph paragraph{
      .lead = "PARTIAL", .after = ": ", .text = "interrupted", .tone = Finding::Tone::bad, .starts_part = true};
  EXPECT_EQ(text_of_block(paragraph), "\nPARTIAL: interrupted\n");
  EXPECT_EQ(text_of_block(paragraph, true), "\n\033[31mPARTIAL\033[0m: interrupted\n");
  EXPECT_EQ(markdown_of_block(paragraph), "\n**PARTIAL**: interrupted\n");
}

TEST(Render, LabeledLinesAlignOnATerminalAndBreakInMarkdown) {
  const LabeledLines lines{{{"base", "a"}, {"candidate", "b"}}};
  EXPECT_EQ(text_of_block(lines), "base:      a\ncandidate: b\n");
  EXPECT_EQ(markdown_of_block(lines), "\nbase: a  \ncandidate: b\n");
}

TEST(Render, AListOfFindings) {
  FindingList list{.title = "Claims", .findings = {{.id = "claim-holds", .word = "holds", .text = "a*b"}}};
  EXPECT_EQ(text_of_block(list), "\nClaims\n  holds  a*b\n");
  EXPECT_EQ(markdown_of_block(list), "\n**Claims**\n\n- **holds** a\\*b\n");
  list.is_title_bold = false;
  EXPECT_EQ(markdown_of_block(list), "\nClaims\n\n- **holds** a\\*b\n");
}

TEST(Render, ASectionWithTableAndNotes) {
  Section section;
  section.title = "Reads";
  section.grid = {.columns = {{.head = {"row"}}, {.head = {"p99"}}},
                  .rows = {{text_cell("a|b"), number_cell(2e6, CellUnit::time)}}};
  section.notes = {{"p99", "noisy"}};
  EXPECT_EQ(text_of_block(section), "\nReads\n  row      p99\n  a|b  2.00 ms\n    p99: noisy\n");
  EXPECT_EQ(markdown_of_block(section),
            "\n**Reads**\n\n| row | p99 |\n| --- | ---: |\n| a\\|b | 2.00 ms |\n\n- p99: noisy\n");
}

TEST(Render, HiddenColumnsAreNamedWhereTheSectionSaysSo) {
  Section section;
  section.title = "Reads";
  section.grid = {.columns = {{.head = {"row"}}, {.head = {"p95"}, .expendable = 1}},
                  .rows = {{text_cell("a"), text_cell(std::string(60, 'x'))}}};
  EXPECT_EQ(text_of_block(section), "\nReads\n  row\n  a\n");
  section.names_hidden_columns = true;
  EXPECT_EQ(text_of_block(section), "\nReads\n  row\n  a\n  columns hidden (narrow terminal): p95\n");
}

TEST(Render, ALongNameIsNotCut) {
  const Section section{.title = std::string(70, 'x'), .is_name = true};
  EXPECT_EQ(text_of_block(section), "\n" + std::string(70, 'x') + "\n");
}

TEST(Render, LegendAndFooter) {
  const Legend legend{{{"~", "the machine's"}, {"-", "too few"}, {"!", "invalid"}}};
  EXPECT_EQ(text_of_block(legend), "  ~ the machine's; - too few; ! invalid\n");
  EXPECT_EQ(markdown_of_block(legend), "\n\\~ the machine's\n\\- too few\n! invalid\n");
  const Footer footer{{{"On", "Linux"}, {"", "2 tests"}}};
  EXPECT_EQ(text_of_block(footer), "\nOn: Linux\n2 tests\n");
  EXPECT_EQ(markdown_of_block(footer), "\n<sub>On: Linux</sub>\n\n<sub>2 tests</sub>\n");
}

}  // namespace
}  // namespace hitbench
