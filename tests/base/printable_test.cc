#include "base/printable.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace hitbench {
namespace {

TEST(Printable, LetsWordsOfAnyLanguageThrough) {
  EXPECT_EQ(printable("88.0 µs, 缓存, e\u0301, 😀, עברית"), "88.0 µs, 缓存, e\u0301, 😀, עברית");
}

TEST(Printable, EscapesWhatATerminalObeys) {
  EXPECT_EQ(printable("a\033[2Jb\a\x7f"), "a\\x1b[2Jb\\x07\\x7f");
  EXPECT_EQ(printable("\u009b2J"), "\\u009b2J");  // CSI as one character
}

TEST(MarkupText, IsNeitherMarkupNorTheEndOfAnAttribute) {
  EXPECT_EQ(markup_text("a < b && 'c' > \"d\"\033"), "a &lt; b &amp;&amp; &#39;c&#39; &gt; &quot;d&quot;\\x1b");
}

TEST(Printable, EscapesWhatReordersText) {
  EXPECT_EQ(printable("a\u202eb\u2066c\u200fd\u061c\u2028"), "a\\u202eb\\u2066c\\u200fd\\u061c\\u2028");
}

TEST(Printable, EscapesBytesThatAreNoCharacter) {
  EXPECT_EQ(printable("\xff"), "\\xff");
  EXPECT_EQ(printable("\xc2"), "\\xc2");                       // cut off
  EXPECT_EQ(printable("\xc0\x8a"), "\\xc0\\x8a");              // a line end in two bytes
  EXPECT_EQ(printable("\xed\xa0\x80").substr(0, 4), "\\xed");  // half of a surrogate pair
}

TEST(Printable, KeepsLinesOnlyWhereAskedTo) {
  EXPECT_EQ(printable("a\nb\tc\r"), "a b c ");
  EXPECT_EQ(printable_lines("a\nb\tc\r\n"), "a\nb c \n");
}

TEST(Redacted, HidesWhatStandsBeforeAHost) {
  EXPECT_EQ(redacted("address \"rediss://:X@cache:6379/0\": no"), "address \"rediss://***@cache:6379/0\": no");
  EXPECT_EQ(redacted("redis://u:p@ss@host and memcached://h:1"), "redis://***@host and memcached://h:1");
  EXPECT_EQ(redacted("redis://127.0.0.1:6379/0 mail a@b"), "redis://127.0.0.1:6379/0 mail a@b");
  EXPECT_EQ(redacted("address \":X@h\": no"), "address \"***@h\": no");
  EXPECT_EQ(redacted("--set caches.0.address=u:X@h:1"), "--set caches.0.address=***@h:1");
  EXPECT_EQ(redacted("redis://:X and redis://[::1]:6379"), "redis://:*** and redis://[::1]:6379");
}

TEST(Redacted, HidesThePasswordOfAQuery) {
  EXPECT_EQ(redacted("redis://h/0?password=X&db=1"), "redis://h/0?password=***&db=1");
  EXPECT_EQ(redacted("redis://h/0?pass=X"), "redis://h/0?pass=***");
  EXPECT_EQ(redacted("(--set caches.0.Password=X)"), "(--set caches.0.Password=***");
  EXPECT_EQ(redacted("--set caches.0.password_file=x.txt"), "--set caches.0.password_file=x.txt");
}

TEST(WithoutMiddle, SaysHowMuchIsGone) {
  EXPECT_EQ(without_middle("short", 10), "short");
  EXPECT_EQ(without_middle("0123456789abcdef", 8), "0123 [... 8 bytes left out ...] cdef");
  EXPECT_EQ(without_middle("µµµµµµ", 6), "µ [... 8 bytes left out ...] µ");
}

}  // namespace
}  // namespace hitbench
