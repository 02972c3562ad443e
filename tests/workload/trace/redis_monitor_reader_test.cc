// The lines are those of a redis-server 7.0.15.
#include <gmock/gmock.h>

#include "tests/workload/trace/read_out.h"

namespace hitbench {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> requests_of(const std::string& content) {
  return all_requests(*make_redis_monitor_reader(trace_input(content)));
}

// Of one command at 1796085907.535124, as redis-cli shows it.
std::vector<std::string> command(const std::string& words, const std::string& client = "[0 unix:/tmp/r.sock]") {
  std::vector<std::string> requests = requests_of("1796085907.535124 " + client + " " + words + "\n");
  for (std::string& request : requests) request.erase(0, request.find(' ') + 1);
  return requests;
}

TEST(RedisMonitorReader, GivesTimeKeyAndOperation) {
  EXPECT_THAT(requests_of("OK\n"
                          "1796085907.535124 [0 unix:/tmp/r.sock] \"set\" \"foo\" \"bar\" \"EX\" \"60\"\n"
                          "1796085907.566004 [0 127.0.0.1:51707] \"get\" \"foo\"\n"
                          "1796085907.000005 [0 [::1]:40422] \"GET\" \"foo\"\n"),
              ElementsAre("1796085907535124000 set write foo value=3 ttl=1min", "1796085907566004000 get read foo",
                          "1796085907000005000 GET read foo"));
}

TEST(RedisMonitorReader, TakesTheProtocolsOwnForm) {
  EXPECT_THAT(requests_of("+OK\r\n+1796085907.566004 [0 127.0.0.1:51707] \"get\" \"foo\"\r\n"),
              ElementsAre("1796085907566004000 get read foo"));
}

TEST(RedisMonitorReader, GivesOneRequestForEachKey) {
  EXPECT_THAT(command("\"mget\" \"a\" \"b\" \"foo\""), ElementsAre("mget read a", "mget read b", "mget read foo"));
  EXPECT_THAT(command("\"mset\" \"x\" \"1\" \"y\" \"22\""),
              ElementsAre("mset write x value=1", "mset write y value=2"));
  EXPECT_THAT(command("\"del\" \"x\" \"y\""), ElementsAre("del erase x", "del erase y"));
  EXPECT_THAT(command("\"exists\" \"foo\" \"a\""), ElementsAre("exists read foo", "exists read a"));
  EXPECT_THAT(command("\"sunionstore\" \"d\" \"st\" \"st2\""),
              ElementsAre("sunionstore write d", "sunionstore read st", "sunionstore read st2"));
  EXPECT_THAT(command("\"bitop\" \"and\" \"bo\" \"a\" \"b\""),
              ElementsAre("bitop write bo", "bitop read a", "bitop read b"));
  EXPECT_THAT(command("\"rename\" \"foo\" \"foo2\""), ElementsAre("rename erase foo", "rename write foo2"));
  EXPECT_THAT(command("\"copy\" \"foo2\" \"foo3\""), ElementsAre("copy read foo2", "copy write foo3"));
  EXPECT_THAT(command("\"blpop\" \"l\" \"m\" \"0\""), ElementsAre("blpop modify l", "blpop modify m"));
  EXPECT_THAT(command("\"sintercard\" \"2\" \"st\" \"st2\" \"LIMIT\" \"1\""),
              ElementsAre("sintercard read st", "sintercard read st2"));
}

TEST(RedisMonitorReader, KnowsTtlsAndSizesOfWhatIsStored) {
  EXPECT_THAT(command("\"setex\" \"s\" \"100\" \"hello\""), ElementsAre("setex write s value=5 ttl=100s"));
  EXPECT_THAT(command("\"psetex\" \"ps\" \"1500\" \"hi\""), ElementsAre("psetex write ps value=2 ttl=1500ms"));
  EXPECT_THAT(command("\"setnx\" \"n\" \"v\""), ElementsAre("setnx write n value=1"));
  EXPECT_THAT(command("\"append\" \"foo\" \"abc\""), ElementsAre("append write foo value=3"));
  EXPECT_THAT(command("\"set\" \"three\" \"3\" \"PX\" \"250\""), ElementsAre("set write three value=1 ttl=250ms"));
  EXPECT_THAT(command("\"set\" \"k\" \"v\" \"EXAT\" \"1796085967\""),
              ElementsAre("set write k value=1 ttl=59464876us"));
  EXPECT_THAT(command("\"set\" \"k\" \"v\" \"PXAT\" \"1796085908000\" \"NX\""),
              ElementsAre("set write k value=1 ttl=464876us"));
  EXPECT_THAT(command("\"set\" \"k\" \"v\" \"PXAT\" \"1\""), ElementsAre("set write k value=1 ttl=0s"));
  EXPECT_THAT(command("\"set\" \"k\" \"v\" \"KEEPTTL\" \"XX\" \"GET\""), ElementsAre("set write k value=1"));
  EXPECT_THAT(command("\"set\" \"k\" \"v\" \"EX\" \"99999999999999999999\""), ElementsAre("set write k value=1"));
  EXPECT_THAT(command("\"set\" \"k\" \"EXAT\""), ElementsAre("set write k value=4"));
  EXPECT_THAT(command("\"getex\" \"foo\" \"EX\" \"10\""), ElementsAre("getex read foo"));
}

TEST(RedisMonitorReader, KnowsWhatCommandsDo) {
  for (const std::string name : {"hgetall", "lrange", "zscore", "ttl", "type", "smembers", "strlen"}) {
    EXPECT_THAT(command("\"" + name + "\" \"k\""), ElementsAre(name + " read k"));
  }
  for (const std::string name : {"hset", "sadd", "lpush", "zadd"}) {
    EXPECT_THAT(command("\"" + name + "\" \"k\" \"1\" \"2\""), ElementsAre(name + " write k"));
  }
  for (const std::string name : {"incr", "decr", "incrby", "hincrby", "rpop"}) {
    EXPECT_THAT(command("\"" + name + "\" \"k\" \"1\" \"2\""), ElementsAre(name + " modify k"));
  }
  EXPECT_THAT(command("\"unlink\" \"k\""), ElementsAre("unlink erase k"));
  EXPECT_THAT(command("\"getdel\" \"k\""), ElementsAre("getdel erase k"));
}

TEST(RedisMonitorReader, UndoesEscapes) {
  EXPECT_THAT(command(R"("set" "k\"q\\x" "a\nb\x01\xff\r\t\a\b")"), ElementsAre("set write k\"q\\x value=9"));
  EXPECT_THAT(command(R"("get" "sp ace\x80\n")"), ElementsAre("get read sp ace\x80\n"));
  EXPECT_THAT(command(R"("get" "ends in \\")"), ElementsAre("get read ends in \\"));
}

TEST(RedisMonitorReader, KeepsDatabasesApart) {
  EXPECT_THAT(command("\"mget\" \"a\" \"b\"", "[3 unix:/tmp/r.sock]"), ElementsAre("mget read 3/a", "mget read 3/b"));
}

TEST(RedisMonitorReader, CountsWhatAScriptDoesOnce) {
  EXPECT_THAT(
      requests_of("1796085908.247975 [3 unix:/tmp/r.sock] \"eval\" \"return redis.call('set', KEYS[1], 'x')\" "
                  "\"1\" \"three\"\n"
                  "1796085908.248050 [3 lua] \"set\" \"three\" \"x\"\n"),
      ElementsAre("1796085908247975000 eval - left out: script", "1796085908248050000 set write 3/three value=1"));
}

TEST(RedisMonitorReader, LeavesOutWhatAsksForNoKey) {
  EXPECT_THAT(command("\"ping\""), ElementsAre("ping - left out: command ping"));
  EXPECT_THAT(command("\"COMMAND\" \"DOCS\""), ElementsAre("COMMAND - left out: command command"));
  EXPECT_THAT(command("\"SELECT\" \"3\""), ElementsAre("SELECT - left out: command select"));
  EXPECT_THAT(command("\"MULTI\""), ElementsAre("MULTI - left out: command multi"));
  EXPECT_THAT(command("\"publish\" \"ch\" \"x\""), ElementsAre("publish - left out: command publish"));
  EXPECT_THAT(command("\"get\""), ElementsAre("get - left out: command get"));
  EXPECT_THAT(command("\"expire\" \"foo\" \"100\""), ElementsAre("expire - foo left out: expire"));
  EXPECT_THAT(command("\"" + std::string(100, 'x') + "\" \"a\"").front(), testing::HasSubstr("left out: command xxx"));
}

TEST(RedisMonitorReader, TellsWhatIsNoLineOfItAndGoesOn) {
  const std::string good = "1796085907.566004 [0 lua] \"get\" \"foo\"\n";
  for (const auto& [line, why] : std::vector<std::pair<std::string, std::string>>{
           {"", "no time"},
           {"foo", "no time"},
           {"1796085907.5 [0 lua] \"get\" \"foo\"", "no time"},
           {"1796085907.566004 [lua] \"get\" \"foo\"", "no database"},
           {"1796085907.566004 [0 lua] ", "no command"},
           {"1796085907.566004 [0 lua] \"get\" \"foo", "an argument that does not end"},
           {"1796085907.566004 [0 lua] \"get\" \"foo\\\"", "an argument that does not end"},
           {"1796085907.566004 [0 lua] \"get\"x", "an argument that does not end"}}) {
    EXPECT_THAT(
        requests_of(good + line + "\n" + good),
        ElementsAre("1796085907566004000 get read foo", "trace.txt:2: " + why, "1796085907566004000 get read foo"));
  }
}

TEST(RedisMonitorReader, TakesTheKeyOfALineThatIsTooLong) {
  const std::string line = "1796085907.566004 [0 lua] \"set\" \"foo\" \"" + std::string(10U << 20, 'x') + "\"\n";
  EXPECT_THAT(requests_of(line + "1796085907.566004 [0 lua] \"get\" \"foo\"\n"),
              ElementsAre("1796085907566004000 set write foo", "1796085907566004000 get read foo"));
}

TEST(RedisMonitorReader, SaysWhereEachRequestIs) {
  const auto reader = make_redis_monitor_reader(
      trace_input("OK\n1796085907.694040 [0 lua] \"mget\" \"a\" \"b\"\n1796085907.694040 [0 lua] \"get\" \"a\"\n"));
  std::vector<std::string> places;
  for (Request request; reader->next(request) == Got::request;) places.push_back(reader->where());
  EXPECT_THAT(places, ElementsAre("trace.txt:2", "trace.txt:2", "trace.txt:3"));
}

TEST(RedisMonitorReader, HasNothingInAnEmptyFile) { EXPECT_THAT(requests_of(""), IsEmpty()); }

}  // namespace
}  // namespace hitbench
