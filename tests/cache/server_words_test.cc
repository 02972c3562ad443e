#include "cache/server_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hitbench {
namespace {

using ::testing::HasSubstr;

TEST(ServerWords, TextsThatDifferInWhatTheyQuoteAreOfOneKind) {
  Tally words;
  for (const char* text : {"MOVED 3999 127.0.0.1:6381", "MOVED 12182 127.0.0.1:6382",
                           "ERR unknown command 'GET', with args beginning with: 'a'",
                           "ERR unknown command 'GET', with args beginning with: 'b'",
                           "ERR unknown command 'SET', with args beginning with: 'a'"}) {
    note_refusal(words, text);
  }
  ASSERT_EQ(words.entries().size(), 3u);
  EXPECT_EQ(words.entries()[0].count, 2u);
  EXPECT_EQ(words.entries()[1].text, "ERR unknown command 'GET', with args beginning with: 'a'");
  EXPECT_EQ(words.entries()[1].count, 2u);
}

TEST(ServerWords, EachKnownTextHasItsRemedy) {
  const std::pair<const char*, const char*> known[] = {
      {"OOM command not allowed when used memory > 'maxmemory'.", "memory"},
      {"READONLY You can't write against a read only replica.", "primary"},
      {"MOVED 3999 127.0.0.1:6381", "node of a cluster"},
      {"CLUSTERDOWN Hash slot not served", "cluster"},
      {"NOAUTH Authentication required.", "REDISCLI_AUTH"},
      {"WRONGPASS invalid username-password pair or user is disabled.", "password"},
      {"NOPERM this user has no permissions to run the 'set' command", "ACL"},
      {"LOADING Redis is loading the dataset in memory", "wait"},
      {"MISCONF Redis is configured to save RDB snapshots", "disk"},
      {"BUSY Redis is busy running a script.", "SCRIPT KILL"},
      {"ERR unknown command 'GET', with args beginning with: 'a'", "renamed"},
      {"ERR max number of clients reached", "maxclients"},
      {"ERROR Too many open connections", "-c"},
      {"ERROR", "1.6"},
      {"SERVER_ERROR object too large for cache", "-I"},
      {"SERVER_ERROR out of memory storing object", "memory"},
      {"CLIENT_ERROR bad command line format", "250"},
      {"ITEM TOO BIG", "-I"},
      {"SERVER FAILED TO ALLOCATE OBJECT", "memory"},
  };
  for (const auto& [text, remedy] : known) EXPECT_THAT(remedy_for(text), HasSubstr(remedy)) << text;
  EXPECT_EQ(remedy_for("something else"), "");
  EXPECT_EQ(remedy_for("ERR syntax error"), "");
}

TEST(ServerWords, NamesTheFileLimitThatIsNeeded) {
  Tally words;
  EXPECT_THAT(note_no_connection(words, "Too many open files"), HasSubstr("ulimit -n"));
  EXPECT_THAT(remedy_for(words.entries()[0].text, 2164), HasSubstr("ulimit -n 2164"));
}

TEST(ServerWords, TimeoutsAreToldApartFromRefusals) {
  Tally words;
  note_timeouts(words, 3);
  note_malformed(words, "SSH-2.0-OpenSSH_9.2p1");
  note_malformed(words, "another garbage");
  note_lost(words, "");
  ASSERT_EQ(words.entries().size(), 3u);
  EXPECT_TRUE(is_timeout(words.entries()[0].text));
  EXPECT_EQ(words.entries()[0].count, 3u);
  EXPECT_FALSE(is_timeout(words.entries()[1].text));
  EXPECT_EQ(words.entries()[1].count, 2u) << "garbage is of one kind, whatever it is";
  EXPECT_THAT(words.entries()[1].text, HasSubstr("SSH-2.0"));
}

}  // namespace
}  // namespace hitbench
