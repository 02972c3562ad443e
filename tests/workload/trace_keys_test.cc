#include <gmock/gmock.h>

#include "tests/workload/some_parts.h"

namespace hitbench {
namespace {

using testing::HasSubstr;

Params trace_of(const std::string& content) { return params({{"file", write_file(content)}, {"format", "keys"}}); }

std::unique_ptr<KeyDistribution> make(const Params& params) { return make_trace_keys(params, 0, workload_registry()); }

// "key-0", "key-1", "key-0", whatever the file holds; unless it asks for something else.
class MadeUpReader final : public TraceReader {
 public:
  explicit MadeUpReader(const TraceInput& input) { asked_.resize(input.bytes->read(asked_.data(), asked_.size())); }

  Got next(Request& request) override {
    if (given_ == 3) return Got::end;
    key_ = "key-" + std::to_string(given_ % 2);
    if (asked_ == "long") key_ = std::string(251, 'x');
    if (asked_ == "empty") key_ = "";
    ++given_;
    request = {.time = std::chrono::seconds(given_), .key = key_, .operation = Action::write};
    return Got::request;
  }
  std::string where() const override { return asked_ + ", request " + std::to_string(given_); }
  std::string why() const override { return ""; }
  std::string_view excerpt() const override { return ""; }
  std::string remedy() const override { return "ask for something else"; }

 private:
  std::string asked_ = std::string(100, ' ');
  std::string key_;
  uint64_t given_ = 0;
};

std::unique_ptr<TraceReader> make_made_up_reader(TraceInput input) { return std::make_unique<MadeUpReader>(input); }

std::unique_ptr<KeyDistribution> make_made_up(const std::string& path) {
  Registry all = workload_registry();
  all.traces.push_back({{"made-up", ""}, make_made_up_reader});
  return make_trace_keys(params({{"file", path}, {"format", "made-up"}}), 0, all);
}

TEST(TraceKeys, RepeatTheFileFromItsStart) {
  const auto keys = make(trace_of("user:7\nuser:9\r\nuser:7\n"));
  Rng rng(1);
  std::vector<std::string> seen;
  for (uint64_t i = 0; i < 5; ++i) seen.emplace_back(keys->own_text(keys->next(rng, i, 0)));
  EXPECT_THAT(seen, testing::ElementsAre("user:7", "user:9", "user:7", "user:7", "user:9"));
  EXPECT_EQ(keys->own_keys(), 2U);
  EXPECT_DOUBLE_EQ(keys->probability(0), 2.0 / 3);
  EXPECT_DOUBLE_EQ(keys->probability(1), 1.0 / 3);
  EXPECT_EQ(keys->probability(2), 0);
}

TEST(TraceKeys, NameFileAndLineOfWhatIsNoKey) {
  EXPECT_THAT(refusal([] { make(trace_of("a\n\nb\n")); }), HasSubstr(".txt:2: blank line"));
  EXPECT_THAT(refusal([] { make(trace_of("a\nb\n" + std::string(251, 'x') + "\n")); }),
              HasSubstr(".txt:3: key of 251 bytes is too long"));
  EXPECT_THAT(refusal([] { make(trace_of("a b\n")); }), HasSubstr(".txt:1: blank or control"));
  EXPECT_THAT(refusal([] { make(trace_of("")); }), HasSubstr("empty"));
  EXPECT_THAT(refusal([] {
                make(params({{"file", "/nowhere/trace.txt"}, {"format", "keys"}}));
              }),
              HasSubstr("/nowhere/trace.txt: No such file"));
  EXPECT_EQ(refusal([] { make(trace_of(std::string(250, 'x'))); }), "");
}

TEST(TraceKeys, ATableThatIsReadAsKeysIsDoubted) {
  const auto doubt = [](const std::string& text) { return make(trace_of(text))->doubt(); };
  EXPECT_THAT(doubt("1,a,get\n2,b,get\n3,a,get\n"),
              testing::AllOf(HasSubstr(".txt: no key repeated in 3 lines"), HasSubstr("cut -d, -f2")));
  EXPECT_THAT(doubt("a\nb\nc\n"), testing::AllOf(HasSubstr("no key repeated"), testing::Not(HasSubstr("cut"))));
  EXPECT_EQ(doubt("a\nb\na\n"), "");
  EXPECT_EQ(doubt("a\n"), "");
}

TEST(TraceKeys, ComeFromTheReaderOfTheFormat) {
  const auto keys = make_made_up(write_file("any"));
  Rng rng(1);
  std::vector<std::string> seen;
  for (uint64_t i = 0; i < 4; ++i) seen.emplace_back(keys->own_text(keys->next(rng, i, 0)));
  EXPECT_THAT(seen, testing::ElementsAre("key-0", "key-1", "key-0", "key-0"));
}

TEST(TraceKeys, RefuseWhatIsNoKeyWhereTheReaderSaysItIs) {
  EXPECT_EQ(refusal([] { make_made_up(write_file("long")); }), "long, request 1: key of 251 bytes is too long");
  EXPECT_EQ(refusal([] { make_made_up(write_file("empty")); }), "empty, request 1: empty key");
}

TEST(TraceKeys, AFileReadInTwoFormatsIsTwoTraces) {
  const std::string path = write_file("a\nb\n");
  const auto made_up = make_made_up(path);
  const auto keys = make(params({{"file", path}, {"format", "keys"}}));
  EXPECT_EQ(made_up->own_text(0), "key-0");
  EXPECT_EQ(keys->own_text(0), "a");
}

TEST(TraceKeys, TakeTheFormatsOfTheTable) {
  const std::vector<Field> fields =
      trace_keys_fields({{{"keys", "one key a line"}, nullptr}, {{"made-up", "from nowhere"}, nullptr}});
  EXPECT_EQ(fields[1].doc, "keys: one key a line; made-up: from nowhere");
  EXPECT_THAT(fields[1].choices, testing::ElementsAre("keys", "made-up"));
}

TEST(TraceKeys, KeepTheirOwnTextsInTheWorkload) {
  WorkloadSpec spec = uniform_spec(1);
  spec.keys = part("trace", trace_of("user:7\nkindergarten-key\nnautical-key-16b\n"));
  spec.mix = {.read = 0.5, .insert = 0.5};
  spec.absent = {.share = 0.5, .keys = 5, .unique = false};
  const auto workload = make_workload(spec, 0, 1, workload_registry());
  EXPECT_EQ(workload->key_count(), 3U);
  std::string out;
  EXPECT_EQ(workload->key(0, out).text, "user:7");
  // Keys of the trace have 16 bytes and begin with k and n: made texts must begin otherwise.
  EXPECT_EQ(workload->key(3, out).text, "0000000000000003");
  EXPECT_EQ(workload->key(kFirstAbsentKey + 4, out).text, "1000000000000004");
  const auto rows = make_rows(spec, 1, 40, workload_registry());
  EXPECT_EQ(rows->count(), 3U);
  rows->text(1, out);
  EXPECT_EQ(out, "kindergarten-key");
}

TEST(TraceKeys, LeaveOutWhatNoCacheIsAskedFor) {
  Registry all = workload_registry();
  const std::string log = R"(1.000001 [0 unix:/r] "ping")"
                          "\n"
                          R"(1.000002 [0 unix:/r] "get" "k")"
                          "\n";
  const auto keys = make_trace_keys(params({{"file", write_file(log)}, {"format", "redis-monitor"}}), 0, all);
  EXPECT_EQ(keys->own_keys(), 1U);
  EXPECT_EQ(keys->own_text(0), "k");
}

}  // namespace
}  // namespace hitbench
