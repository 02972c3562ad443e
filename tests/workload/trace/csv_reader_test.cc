#include "tests/workload/some_parts.h"
#include "tests/workload/trace/spell_request.h"
#include "workload/trace/csv_presets.h"

namespace hitbench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> csv(const std::string& bytes, std::string_view layout) {
  return all_of(make_csv_reader, bytes, layout);
}
std::string csv_refusal(const std::string& bytes, std::string_view layout) {
  return refusal([&] { reader_of(make_csv_reader, bytes, layout); });
}

TEST(CsvReader, TakesColumnsByNumberOrName) {
  EXPECT_THAT(csv("7.5,GET,user:7\n8,SET,user:9\n", "time=1,op=2,key=3"),
              ElementsAre("@7.5 read 'user:7'", "@8 write 'user:9'"));
  EXPECT_THAT(csv("op;id;at\nget;user:7;1\n", "time=at,op=op,key=id,delimiter=semicolon"),
              ElementsAre("@1 read 'user:7'"));
  EXPECT_THAT(csv("who\tid\nx\tuser:7\n", "key=2,header=yes,delimiter=tab"), ElementsAre("'user:7'"));
}

TEST(CsvReader, TakesWhatElseALineSays) {
  EXPECT_THAT(
      csv("1,get,a,60,100,20,hit\n2,get,b,0,,,MISS\n3,set,c,1.5,7,,\n",
          "time=1,op=2,key=3,ttl=4,value_bytes=5,key_bytes=6,found=7"),
      ElementsAre("@1 read 'a' found key 20 value 100 ttl 60", "@2 read 'b' missed", "@3 write 'c' value 7 ttl 1.5"));
}

TEST(CsvReader, ReadsTimesOfAnyUnitAndDates) {
  EXPECT_THAT(csv("1500,a\n", "time_ms=1,key=2"), ElementsAre("@1.5 'a'"));
  EXPECT_THAT(csv("1500,a\n", "time_us=1,key=2"), ElementsAre("@0.0015 'a'"));
  EXPECT_THAT(csv("1796085902000000001,a\n", "time_ns=1,key=2"), ElementsAre("@1796085902.000000001 'a'"));
  EXPECT_THAT(csv("2026-12-01T00:45:02.5Z,a\n2026-12-01 02:45:02+02:00,a\n", "time=1,key=2"),
              ElementsAre("@1796085902.5 'a'", "@1796085902 'a'"));
  EXPECT_THAT(csv("x,a\n,a\n-1,a\n99999999999999999999,a\n2026-13-01T00:00:00Z,a\n", "time=1,key=2"),
              ElementsAre("t:1: not a time", "t:2: no time", "t:3: not a time", "t:4: not a time", "t:5: not a time"));
}

TEST(CsvReader, MapsWordsOfOperations) {
  EXPECT_THAT(csv("GET_LEASE,a\nhead,a\ngets,a\nCas,a\nPOST,a\ndel,a\nDELETE,a\nincr,a\ntouch,a\n", "op=1,key=2"),
              ElementsAre("read 'a'", "read 'a'", "read 'a'", "write 'a'", "write 'a'", "erase 'a'", "erase 'a'",
                          "modify 'a'", "'a' without operation touch"));
}

TEST(CsvReader, ReadsQuotedFields) {
  EXPECT_THAT(csv("\"a,b\",1\n\"say \"\"x\"\"\",2\n\"\"\"\",3\nq\"q,4\n", "key=1,time=2"),
              ElementsAre("@1 'a,b'", "@2 'say \"x\"'", "@3 '\"'", "@4 'q\"q'"));
  EXPECT_THAT(csv("\"a\"b,1\n\"a,2\nb\",3\n", "key=1,time=2"),
              ElementsAre("t:1: text behind a closing quote", "t:2: a quote that is not closed", "@3 'b\"'"));
}

TEST(CsvReader, RepeatsARequest) {
  EXPECT_THAT(csv("a,2,1\nb,1,0\nc,0,0\nd,1000001,0\n", "key=1,count=2,time=3"),
              ElementsAre("@1 'a'", "@1 'a'", "@0 'b'", "t:3: not a number of requests from 1 to 1,000,000",
                          "t:4: not a number of requests from 1 to 1,000,000"));
}

TEST(CsvReader, TellsLinesThatAreNotWhole) {
  EXPECT_THAT(
      csv("\xef\xbb\xbfkey,n\r\na,1\r\n\r\nb\r\n,2\r\nc,1,2\r\nd", "key=key"),
      ElementsAre("'a'", "t:3: blank line", "t:4: 1 columns where the first line has 2", "t:5: no key",
                  "t:6: 3 columns where the first line has 2", "t:7: cut off: 1 columns where the first line has 2"));
  EXPECT_THAT(csv(std::string(9 << 20, 'x') + "\na\n", "key=1"), ElementsAre("t:1: a line of more than 4 MiB", "'a'"));
  EXPECT_THAT(csv(std::string(1 << 20, ',') + "\na,b\n", "key=2"), ElementsAre("t:1: more than 1,000 columns", "'b'"));
  EXPECT_THAT(csv(std::string(1 << 20, 'x') + ",7\n", "time=2,key=1"),
              ElementsAre("@7 '" + std::string(1 << 20, 'x') + "'"));
}

TEST(CsvReader, RefusesALayoutThatItDoesNotUnderstand) {
  EXPECT_EQ(csv_refusal("", "kye=1"), "csv: nothing is called 'kye'. Did you mean 'key'?");
  EXPECT_EQ(csv_refusal("", "time=1"), "csv: which column is the key is not said");
  EXPECT_EQ(csv_refusal("", ""), "csv: which column is the key is not said");
  EXPECT_EQ(csv_refusal("", "key"), "csv: 'key' has no '=' with a value behind it");
  EXPECT_EQ(csv_refusal("", "key=1,key=2"), "csv: key is named twice");
  EXPECT_EQ(csv_refusal("", "key=1,time=1,time_ms=2"), "csv: time is named twice");
  EXPECT_EQ(csv_refusal("", "key=0"), "csv: t has no column 0: they count from 1 to 1000");
  EXPECT_EQ(csv_refusal("", "key=a,header=no"), "csv: columns have names, but header=no");
  EXPECT_EQ(csv_refusal("", "key=1,delimiter=dot"),
            "csv: delimiter=dot: one character, or comma, tab, semicolon, space or pipe");
}

TEST(CsvReader, NamesTheColumnThatIsNotThere) {
  EXPECT_EQ(csv_refusal("timestamp,id\n1,a\n", "time=timestmap,key=id"),
            "csv: t has no column 'timestmap'. Did you mean 'timestamp'? It has 'timestamp', 'id'");
  EXPECT_EQ(csv_refusal("a,b\n", "key=3,header=yes"), "csv: t has no column 3: they count from 1 to 2");
  EXPECT_EQ(csv_refusal("", "key=id"), "t: no line with the names of the columns");
}

TEST(CsvReader, KnowsWhetherTimesAreWholeSeconds) {
  const auto is_whole = [](const std::string& bytes) {
    const auto reader = reader_of(make_csv_reader, bytes, "time=1,key=2");
    all_of(*reader);
    return reader->has_whole_seconds();
  };
  EXPECT_TRUE(is_whole("1,a\n2,a\n"));
  EXPECT_FALSE(is_whole("1,a\n2.5,a\n"));
  EXPECT_FALSE(is_whole(""));
}

TEST(CsvReader, ReadsTwitterWhoseKeysMayHaveCommas) {
  EXPECT_THAT(csv("0,nz:u:eeW511W3dcH3de3d15ec,22,304,15,get,0\n"
                  "0,a,\"b,3,0,15,gets,0\n"
                  "1,q:q:1:8WTfjZU14ee,17,213,7,set,86400\n"
                  "2,k,1,4,7,incr,0\n"
                  "3,k,1,4\n",
                  kTwitterCsv),
              ElementsAre("@0 read 'nz:u:eeW511W3dcH3de3d15ec' found key 22 value 304", "@0 read 'a,\"b' missed key 3",
                          "@1 write 'q:q:1:8WTfjZU14ee' key 17 value 213 ttl 86400", "@2 modify 'k' key 1 value 4",
                          "t:5: only 4 columns"));
}

// Lines as published.
TEST(CsvReader, ReadsMetaWhoseLinesAreSeveralRequests) {
  EXPECT_THAT(
      csv("key,op,size,op_count,key_size\n1668757755,SET,82,1,40\n1668757755,GET,0,1,40\n1665497896,GET,169,2,78\n",
          kMeta202206Csv),
      ElementsAre("write '1668757755' key 40 value 82", "read '1668757755' missed key 40",
                  "read '1665497896' found key 78 value 169", "read '1665497896' found key 78 value 169"));
  EXPECT_THAT(csv("op_time,key,key_size,op,op_count,size,cache_hits,ttl,usecase,sub_usecase\n"
                  "604038471,82131353f9ddc8c6,48,GET,1,87,1,0,366387042,3003229276\n"
                  "604038471,a54f88ab02ece24d,24,GET,1,0,0,0,699950563,699950563\n"
                  "604038473,828769c1e1ce3a29,67,SET,1,65,0,7200,2777918327,655456894\n"
                  "604038473,749ab7237b8d0372,47,GET_LEASE,2,10,1,0,176962275,176962275\n",
                  kMeta202401Csv),
              ElementsAre("@604038471 read '82131353f9ddc8c6' found key 48 value 87",
                          "@604038471 read 'a54f88ab02ece24d' missed key 24",
                          "@604038473 write '828769c1e1ce3a29' key 67 value 65 ttl 7200",
                          "@604038473 read '749ab7237b8d0372' missed key 47 value 10",
                          "@604038473 read '749ab7237b8d0372' found key 47 value 10"));
  EXPECT_THAT(csv_refusal("key,op,size\n", kMeta202206Csv),
              HasSubstr("no column 'key_size'. It has 'key', 'op', 'size'"));
}

}  // namespace
}  // namespace hitbench
