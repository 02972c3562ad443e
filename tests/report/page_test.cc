#include "report/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "tests/judge/sample_verdict.h"
#include "tests/report/sample.h"

namespace hitbench {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsSupersetOf;
using testing::Not;

// The blocks of one type that a medium shows.
template <typename Content>
std::vector<Content> shown_in(Medium medium, const Page& page) {
  std::vector<Content> contents;
  for (const Block& block : page.blocks) {
    if (block.medium != Medium::any && block.medium != medium) continue;
    if (const auto* content = std::get_if<Content>(&block.content)) contents.push_back(*content);
  }
  return contents;
}

std::vector<std::string> titles(Medium medium, const Page& page) {
  std::vector<std::string> titles;
  for (const Section& section : shown_in<Section>(medium, page)) titles.push_back(section.title);
  return titles;
}

std::vector<std::string> ids(Medium medium, const Page& page) {
  std::vector<std::string> ids;
  for (const FindingList& list : shown_in<FindingList>(medium, page)) {
    for (const Finding& finding : list.findings) ids.push_back(finding.id);
  }
  return ids;
}

TEST(Page, CellsAreValuesWithUnits) {
  const Page page = page_of(sample::two_caches(), {});
  const Section reads = shown_in<Section>(Medium::any, page).at(0);
  ASSERT_EQ(reads.grid.columns.at(2).head, std::vector<std::string>{"hit %"});
  const std::vector<Cell>& redis = reads.grid.rows.at(1);
  EXPECT_EQ(redis[0].text, "cache-aside/redis");
  EXPECT_EQ(redis[1].unit, CellUnit::count);
  EXPECT_EQ(redis[2].unit, CellUnit::percent);
  EXPECT_NEAR(redis[2].value.value(), 0.918, 1e-9);
}

TEST(Page, TerminalAndDocumentHaveTheSameTablesAndFindings) {
  for (const Result& result : {sample::two_caches(), sample::troubled(), sample::swept(), sample::observed()}) {
    const Page page = page_of(result, {});
    EXPECT_EQ(titles(Medium::terminal, page), titles(Medium::document, page));
    EXPECT_THAT(ids(Medium::terminal, page), testing::UnorderedElementsAreArray(ids(Medium::document, page)));
  }
}

TEST(Page, TheAnswerComesFirstThenVerdictsThenWhatToMistrustThenOneTable) {
  Result result = sample::troubled();
  ThresholdVerdict verdict;
  verdict.text = "read.p99<1ms";
  verdict.row = "cache-aside/redis";
  result.threshold_verdicts = {verdict};
  const Page page = page_of(result, {});
  for (const Medium medium : {Medium::document, Medium::terminal}) {
    std::vector<std::string> order;
    for (const Block& block : page.blocks) {
      if (block.is_detail || (block.medium != Medium::any && block.medium != medium)) continue;
      if (const auto* list = std::get_if<FindingList>(&block.content)) order.push_back(list->title);
      if (const auto* answer = std::get_if<Paragraph>(&block.content); answer && answer->bold)
        order.push_back("Answer");
      if (std::holds_alternative<Section>(block.content)) order.emplace_back("table");
    }
    EXPECT_THAT(order, ElementsAre("" /* what is invalid */, "Answer", "Claims", "Thresholds", "Trust", "table"));
  }
}

TEST(Page, EveryFindingHasAStableId) {
  for (const Result& result : {sample::two_caches(), sample::troubled(), sample::swept()}) {
    for (const std::string& id : ids(Medium::terminal, page_of(result, {}))) {
      EXPECT_TRUE(std::regex_match(id, std::regex("[a-z]+(-[a-z]+)*"))) << "'" << id << "'";
    }
  }
  EXPECT_THAT(ids(Medium::terminal, page_of(sample::two_caches(), {})), IsSupersetOf({"fastest", "pays"}));
}

TEST(Page, WhereNothingRanATerminalShowsNoAnswer) {
  Result result = sample::two_caches();
  result.answer = "It is {none/none.throughput}.";
  const auto leads = [](Medium medium, const Page& page) {
    std::vector<std::string> words;
    for (const Paragraph& paragraph : shown_in<Paragraph>(medium, page)) words.push_back(paragraph.lead);
    return words;
  };
  EXPECT_THAT(leads(Medium::terminal, page_of(result, {})), Contains("Answer:"));
  for (RunResult& run : result.runs) run.skipped = "no server";
  EXPECT_THAT(leads(Medium::terminal, page_of(result, {})), Not(Contains("Answer:")));
  EXPECT_THAT(leads(Medium::document, page_of(result, {})), Contains("Answer:"));
}

TEST(Page, WithoutRowsThereIsNoAnswerToFillIn) {
  Result result;
  result.answer = "It is {none/none.throughput}.";
  EXPECT_NO_THROW(page_of(result, {}));
}

TEST(Page, MarksHaveALegend) {
  Result result = sample::two_caches();
  for (RunResult& run : result.runs) run.rounds.clear();
  EXPECT_TRUE(shown_in<Legend>(Medium::terminal, page_of(result, {})).empty());
  result.runs[1].validity.machine_percentiles = {"read.response.p99"};
  result.runs[2].validity.valid = false;
  const std::vector<Legend> legends = shown_in<Legend>(Medium::terminal, page_of(result, {}));
  ASSERT_EQ(legends.size(), 1u);
  EXPECT_EQ(legends[0].signs.at(0).first, "~");
  EXPECT_EQ(legends[0].signs.at(1).first, "!");
  const Section reads = shown_in<Section>(Medium::terminal, page_of(result, {})).at(0);
  EXPECT_EQ(reads.grid.rows[2][0].mark, Mark::invalid);
}

TEST(Page, IntervalsAndMissingPercentilesHaveALegend) {
  Result result = sample::two_caches();  // 8x ±0.14
  result.runs[0].read.response.p99_9_ns.reset();
  const Legend legend = shown_in<Legend>(Medium::terminal, page_of(result, {})).at(0);
  EXPECT_THAT(legend.signs, ElementsAre(testing::Pair("±", testing::HasSubstr("95 %")),
                                        testing::Pair("-", testing::HasSubstr("too few samples"))));
  result.runs[2].rounds[0].latency_ns["read.response.mean"] *= 3;
  EXPECT_EQ(shown_in<Legend>(Medium::terminal, page_of(result, {})).at(0).signs.at(0).first, "[low, high]");
}

TEST(VerdictPage, HasATableForEachRowAndItsNotes) {
  const Page page = page_of(sample::full_verdict(), {});
  EXPECT_EQ(page.kind, "hitbench:gate");
  EXPECT_THAT(titles(Medium::terminal, page), ElementsAre("cache-aside/redis"));
  const Section row = shown_in<Section>(Medium::document, page).at(0);
  EXPECT_TRUE(row.is_name);
  ASSERT_EQ(row.notes.size(), 1u);
  EXPECT_EQ(row.notes[0].first, "read.response.p99");
  const Cell& change = row.grid.rows.at(0).at(3);
  EXPECT_EQ(change.unit, CellUnit::change);
  EXPECT_TRUE(change.interval && change.interval->contains(change.value.value()));
  EXPECT_THAT(ids(Medium::terminal, page), ElementsAre("pairs-disturbed"));
}

TEST(VerdictPage, OfARowThatWasNotJudgedHasNoTable) {
  Verdict verdict = sample::full_verdict();
  verdict.items = {{.row = "direct/redis", .verdict = Word::invalid, .note = "the base was skipped"}};
  const Section row = shown_in<Section>(Medium::terminal, page_of(verdict, {})).at(0);
  EXPECT_TRUE(row.grid.columns.empty());
  ASSERT_EQ(row.findings.size(), 1u);
  EXPECT_EQ(row.findings[0].id, "row-not-judged");
}

}  // namespace
}  // namespace hitbench
