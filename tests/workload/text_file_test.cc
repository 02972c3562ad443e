#include "workload/text_file.h"

#include <gmock/gmock.h>

#include "tests/workload/some_parts.h"

namespace hitbench {
namespace {

using testing::ElementsAre;
using testing::EndsWith;

std::vector<std::string> lines_of(const std::string& path) {
  TextFile file(path);
  std::vector<std::string> lines;
  for (std::string_view line; file.next(line);) lines.emplace_back(line);
  return lines;
}

TEST(TextFile, GivesLinesWithoutTheirEnds) {
  EXPECT_THAT(lines_of(write_file("a\n\nb\r\nc")), ElementsAre("a", "", "b", "c"));
  EXPECT_THAT(lines_of(write_file("")), ElementsAre());
}

TEST(TextFile, SaysWhereItIs) {
  TextFile file(write_file("a\nb\n"));
  EXPECT_EQ(file.line_number(), 0U);
  for (std::string_view line; file.next(line);) continue;
  EXPECT_EQ(file.line_number(), 2U);
  EXPECT_THAT(file.where(), EndsWith("SaysWhereItIs.txt:2"));
  EXPECT_THAT(refusal([&] { file.refuse("no number", "write a number"); }), EndsWith(".txt:2: no number"));
}

TEST(TextFile, RefusesWhatIsNoTextFile) {
  EXPECT_EQ(refusal([] { lines_of("/nowhere/a.txt"); }), "/nowhere/a.txt: No such file or directory");
  EXPECT_EQ(refusal([] { lines_of("/"); }), "/: cannot be read");
  const std::string longest(size_t{64} << 10, 'x');
  EXPECT_THAT(lines_of(write_file("a\n" + longest + "\n")), ElementsAre("a", longest));
  EXPECT_THAT(refusal([&] { lines_of(write_file("a\nx" + longest + "\n")); }),
              EndsWith(".txt:2: a line of more than 64 KiB"));
}

}  // namespace
}  // namespace hitbench
