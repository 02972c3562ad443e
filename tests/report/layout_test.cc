#include "report/layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace hitbench {
namespace {

Grid grid_of(std::vector<Column> columns, const std::vector<std::vector<std::string>>& rows) {
  Grid grid{.columns = std::move(columns), .rows = {}};
  for (const std::vector<std::string>& row : rows) {
    std::vector<Cell>& cells = grid.rows.emplace_back();
    for (const std::string& text : row) cells.push_back(text_cell(text));
  }
  return grid;
}

TEST(Ascii, SpellsOurWordsAndLeavesTheUsers) {
  EXPECT_EQ(as_ascii("13x ±0.6, 90 µs █▌ \xc3\xa4"), "13x +/-0.6, 90 us #= \xc3\xa4");
}

TEST(Layout, AMicroSignIsOneColumnWide) { EXPECT_EQ(display_width("88.0 µs"), 7u); }

TEST(Layout, WideAndCombiningCharactersAndColoursAreCountedAsTerminalsDrawThem) {
  EXPECT_EQ(display_width("缓存"), 4u);
  EXPECT_EQ(display_width("e\u0301"), 1u);
  EXPECT_EQ(display_width("\033[31mred\033[0m"), 3u);
  EXPECT_EQ(display_width("\xff\xfe"), 2u);  // damaged UTF-8 still has a width
}

TEST(Layout, ALongNameKeepsBothEnds) {
  EXPECT_EQ(shorten("cache-aside/memcached", 11), "cache…ached");
  EXPECT_EQ(shorten("short", 11), "short");
  EXPECT_EQ(shorten("µµµµµµ", 4), "µµ…µ");
}

TEST(Layout, PaddingCountsColumns) {
  EXPECT_EQ(pad_left("1 µs", 6), "  1 µs");
  EXPECT_EQ(pad_right("1 µs", 6), "1 µs  ");
}

TEST(Layout, AParagraphWrapsAndIndents) {
  EXPECT_EQ(paragraph("", "one two three four", 10, 2), "one two\n  three\n  four\n");
}

TEST(Layout, ANumberStaysWithItsUnit) { EXPECT_EQ(paragraph("", "it took 2.40 ms", 12, 0), "it took\n2.40 ms\n"); }

TEST(Layout, AWordWiderThanALineIsCut) { EXPECT_EQ(paragraph("", "abcdefghij", 4, 0), "abcd\nefgh\nij\n"); }

TEST(Layout, AWordOfMegabytesIsCutInLinearTime) {
  constexpr size_t kBytes = size_t{4} << 20;  // the quadratic loop of old took minutes
  const std::string text = paragraph("", std::string(kBytes, 'x'), 100, 2);
  EXPECT_EQ(std::count(text.begin(), text.end(), 'x'), static_cast<std::ptrdiff_t>(kBytes));
  EXPECT_EQ(display_width(shorten(std::string(kBytes, 'x'), 20)), 20u);
}

TEST(Layout, NoTextFromOutsideReachesTheTerminalAsItIs) {
  EXPECT_EQ(paragraph("", "a\033[2Jb", 80, 0), "a\\x1b[2Jb\n");
  const Grid grid = grid_of({{.head = {"row"}}}, {{"a\033[2J"}});
  EXPECT_EQ(print_grid(grid, 80, Paint{}).text, "  row\n  a\\x1b[2J\n");
}

TEST(Layout, NothingIsColouredUnlessAsked) {
  EXPECT_EQ(Paint{}.red("x"), "x");
  EXPECT_EQ(Paint{true}.red("x"), "\033[31mx\033[0m");
}

TEST(Layout, AGridAlignsItsColumns) {
  const Grid grid = grid_of({{.head = {"row"}}, {.head = {"vs", "none"}}}, {{"a/b", "88.0 µs"}, {"c", "-"}});
  EXPECT_EQ(print_grid(grid, 80, Paint{}).text,
            "            vs\n"
            "  row     none\n"
            "  a/b  88.0 µs\n"
            "  c          -\n");
}

TEST(Layout, ANarrowGridLeavesOutTheMostExpendableColumnAndSaysWhich) {
  const Grid grid = grid_of({{.head = {"row"}}, {.head = {"p95"}, .expendable = 2}, {.head = {"p99"}}},
                            {{"cache-aside", "1.00 ms", "2.00 ms"}});
  const PrintedGrid printed = print_grid(grid, 24, Paint{});
  EXPECT_EQ(printed.text, "  row              p99\n  cache-aside  2.00 ms\n");
  EXPECT_EQ(printed.left_out, std::vector<std::string>{"p95"});
}

}  // namespace
}  // namespace hitbench
