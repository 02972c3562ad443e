#include "workload/trace/postgres_sql.h"

#include <gmock/gmock.h>

namespace hitbench {
namespace {

std::string sql_text(std::string_view text) {
  SqlStatement sql;
  read_sql(text, sql);
  return sql.text;
}
std::string sql_literals(std::string_view text) {
  SqlStatement sql;
  read_sql(text, sql);
  return sql.literals;
}

TEST(PostgresSql, SqueezesBlanksButNotThoseInQuotes) {
  EXPECT_EQ(sql_text("  SELECT  a\n\t FROM  t ; "), "SELECT a FROM t");
  EXPECT_EQ(sql_text("SELECT 'a  b', \"c  d\", $$e  f$$, $x$ $$ $x$  , E'\\'  '"),
            "SELECT 'a  b', \"c  d\", $$e  f$$, $x$ $$ $x$ , E'\\'  '");
}

TEST(PostgresSql, LeavesOutComments) {
  EXPECT_EQ(sql_text("/* route='/x' */ SELECT/*a /* b */ c*/5 -- d"), "SELECT 5");
  EXPECT_EQ(sql_text("SELECT '-- a', 5 - -1"), "SELECT '-- a', 5 - -1");
}

TEST(PostgresSql, CollectsConstants) {
  EXPECT_EQ(sql_literals("SELECT a1, $1 FROM t2 WHERE b = 'it''s' AND c = -1.5e-3 AND d IN (7,8) AND e = TRUE"),
            " 'it''s' -1.5e-3 7 8 TRUE");
  EXPECT_EQ(sql_literals("SELECT E'a\\'b', x'1f', $t$u$t$"), " E'a\\'b' '1f' $t$u$t$");
}

TEST(PostgresSql, FindsTheFirstWord) {
  for (const char* const text : {"SELECT 1", "(select 1)", "/* x */select 1", "SELECT"}) {
    SqlStatement sql;
    read_sql(text, sql);
    EXPECT_THAT(std::string(sql.verb), testing::StrCaseEq("select")) << text;
    EXPECT_FALSE(sql.changes_rows);
  }
  SqlStatement sql;
  read_sql("WITH x AS (DELETE FROM t RETURNING 'update') SELECT * FROM x", sql);
  EXPECT_TRUE(sql.changes_rows);
  read_sql("WITH x AS (SELECT 'update', \"delete\") SELECT * FROM x", sql);
  EXPECT_FALSE(sql.changes_rows);
}

TEST(PostgresSql, TakesWhatIsNotClosed) {
  for (const char* const text : {"'a", "\"a", "$$a", "E'a\\", "/* a", "-- a", "$", ";", "", "1e", "$a$ $a"}) {
    SqlStatement sql;
    read_sql(text, sql);
    EXPECT_LE(sql.text.size(), std::string_view(text).size()) << text;
  }
}

}  // namespace
}  // namespace hitbench
