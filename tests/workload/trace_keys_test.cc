#include <gmock/gmock.h>

#include "tests/workload/some_parts.h"

namespace hitbench {
namespace {

using testing::HasSubstr;

Params trace_of(const std::string& content) { return params({{"file", write_file(content)}}); }

TEST(TraceKeys, RepeatTheFileFromItsStart) {
  const auto keys = make_trace_keys(trace_of("user:7\nuser:9\r\nuser:7\n"), 0);
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
  EXPECT_THAT(refusal([] { make_trace_keys(trace_of("a\n\nb\n"), 0); }), HasSubstr(".txt:2: blank line"));
  EXPECT_THAT(refusal([] { make_trace_keys(trace_of("a\nb\n" + std::string(251, 'x') + "\n"), 0); }),
              HasSubstr(".txt:3: key of 251 bytes is too long"));
  EXPECT_THAT(refusal([] { make_trace_keys(trace_of("a b\n"), 0); }), HasSubstr(".txt:1: blank or control"));
  EXPECT_THAT(refusal([] { make_trace_keys(trace_of(""), 0); }), HasSubstr("empty"));
  EXPECT_THAT(refusal([] {
                make_trace_keys(params({{"file", "/nowhere/trace.txt"}}), 0);
              }),
              HasSubstr("/nowhere/trace.txt: No such file"));
  EXPECT_EQ(refusal([] { make_trace_keys(trace_of(std::string(250, 'x')), 0); }), "");
}

TEST(TraceKeys, ATableThatIsReadAsKeysIsDoubted) {
  const auto doubt = [](const std::string& text) { return make_trace_keys(trace_of(text), 0)->doubt(); };
  EXPECT_THAT(doubt("1,a,get\n2,b,get\n3,a,get\n"),
              testing::AllOf(HasSubstr(".txt: no key repeated in 3 lines"), HasSubstr("cut -d, -f2")));
  EXPECT_THAT(doubt("a\nb\nc\n"), testing::AllOf(HasSubstr("no key repeated"), testing::Not(HasSubstr("cut"))));
  EXPECT_EQ(doubt("a\nb\na\n"), "");
  EXPECT_EQ(doubt("a\n"), "");
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

}  // namespace
}  // namespace hitbench
