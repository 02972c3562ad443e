#include <gmock/gmock.h>

#include "tests/workload/some_parts.h"

namespace hitbench {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

std::unique_ptr<TraceReader> reader_of(const std::string& content) {
  return open_trace("keys", write_file(content), workload_registry()).reader;
}

void read_all(TraceReader& reader) {
  for (Request request; reader.next(request) != Got::end;) continue;
}

TEST(KeysReader, GivesOneRequestForEachLine) {
  const auto reader = reader_of("user:7\nuser:9\r\nuser:7");
  std::vector<std::string> keys, places;
  for (Request request; reader->next(request) == Got::request;) {
    keys.emplace_back(request.key);
    places.push_back(reader->where());
  }
  EXPECT_THAT(keys, testing::ElementsAre("user:7", "user:9", "user:7"));
  EXPECT_THAT(places, testing::ElementsAre(EndsWith(".txt:1"), EndsWith(".txt:2"), EndsWith(".txt:3")));
}

TEST(KeysReader, SaysNothingButTheKey) {
  Request request{.time = Duration(1),
                  .key = "before",
                  .operation = Action::write,
                  .key_bytes = 1,
                  .value_bytes = 1,
                  .ttl = Duration(1),
                  .origin_time = Duration(1)};
  const auto reader = reader_of("user:7\n");
  ASSERT_EQ(reader->next(request), Got::request);
  EXPECT_EQ(request.key, "user:7");
  EXPECT_FALSE(request.time || request.operation || request.key_bytes || request.value_bytes || request.ttl ||
               request.origin_time);
}

// Whether a cache takes a key is for whoever gives it to one.
TEST(KeysReader, TakesWhateverALineHolds) {
  const auto reader = reader_of("a b\n" + std::string(251, 'x') + "\n");
  Request request;
  ASSERT_EQ(reader->next(request), Got::request);
  EXPECT_EQ(request.key, "a b");
  ASSERT_EQ(reader->next(request), Got::request);
  EXPECT_EQ(request.key.size(), 251U);
}

TEST(KeysReader, TellsABlankLineAndGoesOn) {
  const auto reader = reader_of("a\n\nb\n");
  Request request;
  ASSERT_EQ(reader->next(request), Got::request);
  ASSERT_EQ(reader->next(request), Got::malformed);
  EXPECT_EQ(reader->why(), "blank line");
  EXPECT_THAT(reader->where(), EndsWith(".txt:2"));
  ASSERT_EQ(reader->next(request), Got::request);
  EXPECT_EQ(request.key, "b");
}

TEST(KeysReader, RefusesAFileThatIsNotThere) {
  EXPECT_EQ(refusal([] { open_trace("keys", "/nowhere/trace.txt", workload_registry()); }),
            "/nowhere/trace.txt: No such file or directory");
}

TEST(KeysReader, DoubtsLinesWithColumns) {
  const auto doubt = [](const std::string& content) {
    const auto reader = reader_of(content);
    read_all(*reader);
    return reader->doubt();
  };
  EXPECT_THAT(doubt("1,a\n2,b\nc\n"), HasSubstr("cut -d, -f2"));
  EXPECT_EQ(doubt("1,a\nb\n"), "");
}

}  // namespace
}  // namespace hitbench
