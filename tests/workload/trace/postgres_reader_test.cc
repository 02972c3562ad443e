// The lines are those that PostgreSQL 15.18 wrote: psql, and pgbench -M extended.
#include <fstream>
#include <iterator>

#include "tests/workload/trace/spell_request.h"

namespace hitbench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// `HITBENCH_SOURCE_DIR` comes from CMakeLists.txt.
std::string postgres_log(const std::string& extension) {
  std::ifstream file(HITBENCH_SOURCE_DIR "/tests/workload/trace/postgres." + extension, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  EXPECT_NE(text, "");
  return text;
}

// All three files are of the same session.
const std::vector<std::string> kPgRequests = {
    "@1796085902.346271 'CREATE TABLE users(id int primary key, name text)' took 0.007729 without statement CREATE",
    "@1796085902.418525 write 'INSERT INTO users SELECT i, 'u'||i FROM generate_series(1,100) i' took 0.003475",
    "@1796085902.487666 read 'SELECT name FROM users WHERE id = 1' took 0.001334",
    "@1796085902.488891 read 'SELECT name FROM users WHERE id = 2' took 0.000109",
    "@1796085902.489286 write 'UPDATE users SET name = 'it''s \"q\"' WHERE id = 1' took 0.009714",
    "@1796085902.499866 'SET work_mem = '8MB'' took 0.000134 without statement SET",
    "@1796085902.499976 'BEGIN' took 0.000024 without statement BEGIN",
    "@1796085902.499677 write 'DELETE FROM users WHERE id = 99' took 0.000323",
    "@1796085902.501093 'COMMIT' took 0.000907 without statement COMMIT",
    "@1796085902.501898 read 'WITH x AS (SELECT 1) SELECT * FROM x' took 0.000102",
    "@1796085902.501784 'PREPARE p(int) AS SELECT name FROM users WHERE id = $1' took 0.000216 without statement "
    "PREPARE",
    "@1796085902.502791 'EXECUTE p(7)' took 0.000209 without statement EXECUTE",
    "@1796085902.503097 write 'MERGE INTO users u USING (VALUES (3)) v(id) ON u.id = v.id WHEN MATCHED THEN UPDATE "
    "SET name = 'm'' took 0.000903",
    "@1796085902.503945 read 'SELECT 5' took 0.000055",
    "@1796085902.50396 read 'SELECT 1' took 0.00004",
    "@1796085902.504859 'COPY users TO '/dev/null'' took 0.000141 without statement COPY",
    "@1796085902.504912 'SET lc_messages='C'' took 0.000088 without statement SET",
    "@1796085902.54496 'SELECT name FROM users WHERE id = $1' took 0.00104 without parse",
    "@1796085902.546109 'SELECT name FROM users WHERE id = $1 $1 = '7'' took 0.000891 without bind",
    "@1796085902.546965 read 'SELECT name FROM users WHERE id = $1 $1 = '7'' took 0.000035",
    "@1796085902.547912 'UPDATE users SET name = $1 WHERE id = $2' took 0.000088 without parse",
    "@1796085902.547911 'UPDATE users SET name = $1 WHERE id = $2 $1 = '42', $2 = '7'' took 0.000089 without bind",
    "@1796085902.547799 write 'UPDATE users SET name = $1 WHERE id = $2 $1 = '42', $2 = '7'' took 0.000201",
};

// The same, and two statements that have a number.
std::vector<std::string> numbered_requests(const std::string& one, const std::string& two) {
  std::vector<std::string> all = kPgRequests;
  all.push_back("@1796085903.795595 read '" + one + "' took 0.001405");
  all.push_back("@1796085903.797909 read '" + two + "' took 0.000091");
  return all;
}

TEST(PostgresCsvReader, ReadsStatementsWithTheirDurations) {
  const auto reader = reader_of(make_postgres_csv_reader, postgres_log("csv"));
  EXPECT_EQ(all_of(*reader), numbered_requests("1921244256710817708 1", "1921244256710817708 2"));
  EXPECT_EQ(reader->doubt(), "");
}

TEST(PostgresCsvReader, PointsToTheFirstLineOfARecord) {
  const auto reader = reader_of(make_postgres_csv_reader, postgres_log("csv"));
  Request request;
  for (int i = 0; i < 4; ++i) ASSERT_EQ(reader->next(request), Got::request);
  EXPECT_EQ(reader->where(), "t:5");
  EXPECT_THAT(std::string(reader->excerpt()), testing::EndsWith("\"psql\",\"client backend\",,0"));
  ASSERT_EQ(reader->next(request), Got::request);
  EXPECT_EQ(reader->where(), "t:8");
}

TEST(PostgresCsvReader, TellsWhatIsNoRecord) {
  const std::string log = postgres_log("csv");
  EXPECT_THAT(all_of(make_postgres_csv_reader, log.substr(0, log.find("\n  FROM"))),
              testing::Contains("t:5: cut off: a quote that is not closed"));
  EXPECT_THAT(all_of(make_postgres_csv_reader, "a,b\n\"a\"b,c\n2026-12-01 00:45:02.211 UTC,,"),
              ElementsAre("t:1: 2 columns where PostgreSQL writes 23 to 26", "t:2: text behind a closing quote",
                          "t:3: cut off: 3 columns where PostgreSQL writes 23 to 26"));
  EXPECT_THAT(all_of(make_postgres_csv_reader, "x" + std::string(25, ',') + "\n"),
              ElementsAre("t:1: no time in the first column"));
}

TEST(PostgresCsvReader, GoesOnBehindARecordThatIsTooLong) {
  std::string open = "2026-12-01 00:45:02.211 UTC,\"";
  for (int i = 0; i < 20000; ++i) open += std::string(99, 'x') + "\n";
  EXPECT_THAT(all_of(make_postgres_csv_reader, open + postgres_log("csv")),
              testing::AllOf(testing::SizeIs(26), testing::Contains("t:1: a record of more than 1 MiB")));
  EXPECT_THAT(all_of(make_postgres_csv_reader, std::string(5 << 20, 'x') + "\n" + postgres_log("csv")),
              testing::AllOf(testing::SizeIs(26), testing::Contains("t:1: a record of more than 1 MiB")));
}

TEST(PostgresJsonReader, ReadsStatementsWithTheirDurations) {
  EXPECT_EQ(all_of(make_postgres_json_reader, postgres_log("json")),
            numbered_requests("1921244256710817708 1", "1921244256710817708 2"));
}

TEST(PostgresJsonReader, TellsWhatIsNoLog) {
  EXPECT_THAT(all_of(make_postgres_json_reader, "\n[1]\n{\"message\":\"duration: 1 ms  statement: SELECT 1\"}\n" +
                                                    std::string(1 << 20, '[') + "\n{\"a\":" + std::string(1000, '[') +
                                                    "\n{\"timestamp\":\"2026-1"),
              ElementsAre("t:1: no JSON object", "t:2: no JSON object", "t:3: no timestamp", "t:4: no JSON object",
                          "t:5: no JSON object", "t:6: cut off"));
  // Members of members are others.
  EXPECT_THAT(
      all_of(make_postgres_json_reader,
             R"({"timestamp":"2026-12-01 00:45:05.000 UTC","x":{"message":"duration: 1 ms  statement: SELECT 1"}})"
             "\n"),
      IsEmpty());
}

TEST(PostgresTextReader, ReadsStatementsWithTheirDurations) {
  const auto reader = reader_of(make_postgres_text_reader, postgres_log("log"));
  EXPECT_EQ(all_of(*reader),
            numbered_requests("SELECT name FROM users WHERE id = 1", "SELECT name FROM users WHERE id = 2"));
  EXPECT_FALSE(reader->has_whole_seconds());
}

TEST(PostgresTextReader, TakesAnyPrefix) {
  const std::string what = "LOG:  duration: 1.000 ms  statement: SELECT 1\n";
  const auto first = [&](const std::string& prefix) { return all_of(make_postgres_text_reader, prefix + what)[0]; };
  const std::string request = "read 'SELECT 1' took 0.001";
  EXPECT_EQ(first("2026-12-01 00:45:05 UTC [32167]: user=app,db=postgres,app=psql,client=[local] "),
            "@1796085904.999 " + request);
  EXPECT_EQ(first("2026-12-01 00:45:06.444 UTC app@postgres 1921244256710817708 "), "@1796085906.443 " + request);
  EXPECT_EQ(first("1796085907.735 [32268] "), "@1796085907.734 " + request);
  EXPECT_EQ(first("2026-11-30 19:45:09.007 EST [32375] "), "@1796085909.006 " + request);
  EXPECT_EQ(first("2026-12-01 03:45:05 +03 [1] "), "@1796085904.999 " + request);
  EXPECT_EQ(first("2026-12-01 00:45:05 UTC:10.0.0.1(5312):app@db:[7]:"), "@1796085904.999 " + request);
  EXPECT_EQ(first("[32268] "), request);
  EXPECT_EQ(first(""), request);
}

TEST(PostgresTextReader, TellsALastLineThatIsCutOff) {
  const std::string log = postgres_log("log");
  for (const char* const at : {"FROM users", "WHERE id = 2", "= '7'"}) {
    EXPECT_THAT(all_of(make_postgres_text_reader, log.substr(0, log.find(at))),
                testing::Contains(HasSubstr("cut off: the last line has no end")))
        << at;
  }
  EXPECT_THAT(all_of(make_postgres_text_reader, "LOG:  duration: 1.000 ms  statement: SELECT 1\n" + std::string("\t") +
                                                    std::string(2 << 20, 'x') + "\n"),
              ElementsAre("t:1: a statement of more than 1 MiB"));
}

TEST(PostgresTextReader, DoubtsALogWithoutStatements) {
  const auto doubt = [](const std::string& log) {
    const auto reader = reader_of(make_postgres_text_reader, log);
    EXPECT_THAT(all_of(*reader), IsEmpty());
    return reader->doubt();
  };
  EXPECT_THAT(doubt("2026-11-30 19:45:10.176 EST [32384] LOG:  statement: SELECT name FROM users WHERE id = 8\n"
                    "2026-11-30 19:45:10.177 EST [32384] LOG:  duration: 0.873 ms\n"),
              StartsWith("its durations are without statements"));
  EXPECT_EQ(doubt("hello\n"), "it has no statement with a duration");
  EXPECT_EQ(doubt(""), "");
}

}  // namespace
}  // namespace hitbench
