#include <gmock/gmock.h>

#include "tests/workload/some_parts.h"
#include "tests/workload/trace/read_trace.h"
#include "workload/trace/presets.h"

namespace hitbench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string_view json_preset(std::string_view name) {
  for (const TracePreset& it : kJsonPresets) {
    if (it.name == name) return it.layout;
  }
  ADD_FAILURE() << name;
  return "";
}

std::vector<std::string> read_json(std::string_view layout, const std::string& text) {
  return all_spelled(*reader_of_text(make_json_reader, layout, text));
}

constexpr std::string_view kJsonLayout = "time=t,key=k";

TEST(JsonReader, ReadsCaddy) {
  EXPECT_THAT(
      read_json(
          json_preset("caddy"),
          R"({"level":"info","ts":971211336.603,"logger":"http.log.access.log0","msg":"handled request","request":{)"
          R"("remote_ip":"192.0.2.1","proto":"HTTP/2.0","method":"GET","host":"shop.example.com","uri":"/a?b=\u00e9",)"
          R"("headers":{"User-Agent":["curl/7.88"],"uri":["no"]},"tls":{"resumed":false}},"bytes_read":0,)"
          R"("duration":0.103,"size":2326,"status":200,"resp_headers":{"Server":["Caddy"]}})"
          "\n"
          R"({"level":"info","ts":971211336.7,"logger":"tls","msg":"finished cleaning storage units"})"
          "\n"),
      ElementsAre("971211336.5s GET shop.example.com /a?b=\xc3\xa9 read found 2326B",
                  "971211336.7s  left out: no request"));
}

TEST(JsonReader, ReadsCloudflare) {
  const auto line = [](const std::string& start, const std::string& rest) {
    return R"({"ClientRequestHost":"shop.example.com","ClientRequestMethod":"GET","ClientRequestURI":"/a?b",)"
           R"("EdgeEndTimestamp":"2000-10-10T20:55:37Z","EdgeResponseStatus":200,"EdgeStartTimestamp":)" +
           start + rest + "}\n";
  };
  EXPECT_THAT(read_json(json_preset("cloudflare"),
                        line(R"("2000-10-10T20:55:36Z")", R"(,"EdgeResponseBytes":2500,"EdgeResponseBodyBytes":2326)") +
                            line("971211336", R"(,"EdgeResponseBytes":2500,"OriginResponseDurationMs":120)") +
                            line("971211336250000000", R"(,"OriginResponseDurationMs":0)")),
              ElementsAre("971211336s GET shop.example.com /a?b read found 2326B",
                          "971211336s GET shop.example.com /a?b read found 2500B origin 0.12s",
                          "971211336.25s GET shop.example.com /a?b read found"));
}

TEST(JsonReader, ReadsTheJsonOfNginx) {
  EXPECT_THAT(
      read_json(
          json_preset("nginx-json"),
          R"({"time_local":"10/Oct/2000:13:55:36 -0700","request":"GET /a?b HTTP/1.1","status": "200",)"
          R"("body_bytes_sent":"2326","request_time":"0.250","upstream_response_time":"0.120, 0.030"})"
          "\n"
          R"({"msec":"971211336.250","time_iso8601":"2000-10-10T22:00:00+02:00","request_uri":"/a","uri":"/index.html",)"
          R"("request_method":"DELETE","status":"204","http_host":"shop.example.com","upstream_response_time":"-"})"
          "\n"),
      ElementsAre("971211335.75s GET /a?b read found 2326B origin 0.15s",
                  "971211336.25s DELETE shop.example.com /a erase"));
}

TEST(JsonReader, ReadsTheFieldsThatTheLayoutNames) {
  EXPECT_THAT(
      read_json(
          "time=at.start, key=item.id, op=what, value_bytes=size, ttl=ttl, origin_ms=db",
          R"({"at":{"start":"2000-10-10 20:55:36.5"},"item":{"id":42},"what":"SET","size":100,"ttl":60,"db":12.5})"
          "\n"),
      ElementsAre("971211336.5s SET 42 write 100B ttl 60s origin 0.0125s"));
  for (const char* none : {"0", "-1", R"("")", "null"}) {
    EXPECT_THAT(read_json("key=k,ttl=ttl", R"({"k":"a","ttl":)" + std::string(none) + "}"), ElementsAre("a")) << none;
  }
  const std::string line = R"({"t":12.5,"k":"a","d":500,"seconds":"0.5"})";
  EXPECT_THAT(read_json("time=t,key=k,ms=d", line), ElementsAre("12s a"));
  EXPECT_THAT(read_json("time=t,key=k,us=d", line), ElementsAre("12.4995s a"));
  EXPECT_THAT(read_json("time=t,key=k,ns=d", line), ElementsAre("12.4999995s a"));
  EXPECT_THAT(read_json("time=t,key=k,seconds=seconds", line), ElementsAre("12s a"));
  EXPECT_THAT(read_json("arrival=t,key=k,ms=d", line), ElementsAre("12.5s a"));
}

// A name may be flat: what some libraries nest, others join.
TEST(JsonReader, FindsNamesThatHaveDots) {
  EXPECT_THAT(read_json("key=url.path", R"({"url.path":"/a"})"
                                        "\n"
                                        R"({"url":{"path":"/b"}})"
                                        "\n"
                                        R"({"url":[{"path":"/c"}],"path":"/d"})"),
              ElementsAre("/a", "/b", "left out: no request"));
}

TEST(JsonReader, TellsTheUnitOfATimeByItsSize) {
  for (const std::string time : {"971211336", "971211336000", "971211336000000", "971211336000000000", "9.71211336e8",
                                 R"("971211336")", R"("2000-10-10T20:55:36Z")"}) {
    EXPECT_THAT(read_json(kJsonLayout, R"({"t":)" + time + R"(,"k":"a"})"), ElementsAre("971211336s a")) << time;
  }
}

TEST(JsonReader, KnowsTimesOfWholeSeconds) {
  const auto is_whole = [](const std::string& text) {
    const auto reader = reader_of_text(make_json_reader, kJsonLayout, text);
    all_spelled(*reader);
    return reader->has_whole_seconds();
  };
  EXPECT_TRUE(is_whole(R"({"t":971211336,"k":"a"})"));
  EXPECT_FALSE(is_whole(R"({"t":971211336000,"k":"a"})"));
  EXPECT_FALSE(is_whole(R"({"t":"2000-10-10T20:55:36.5Z","k":"a"})"));
}

// nginx logs bytes as they came. Different ones stay different.
TEST(JsonReader, TakesBytesThatAreNoUtf8) {
  EXPECT_THAT(
      read_json(kJsonLayout,
                "{\"t\":1,\"k\":\"/caf\xe9\"}\n{\"t\":1,\"k\":\"/caf\xc3\xa9\"}\n{\"t\":1,\"k\":\"/caf\xe8\"}\n"),
      ElementsAre("1s /caf\xc3\xa9", "1s /caf\xc3\xa9", "1s /caf\xc3\xa8"));
}

TEST(JsonReader, TellsWhatIsWrong) {
  EXPECT_THAT(read_json(kJsonLayout,
                        "\n"
                        "{\"t\":1,\"k\":\n"
                        "[1]\n"
                        "7\n"
                        "{\"t\":\"soon\",\"k\":\"a\"}\n"
                        "{\"k\":\"a\"}\n"
                        "{\"t\":null,\"k\":\"a\"}\n"
                        "{\"t\":1,\"k\":\"a\"} x\n"
                        "{\"t\":1,\"k\":\"a\"}\r\n"),
              ElementsAre("? blank line", HasSubstr("? no JSON from its byte"), "? no JSON object", "? no JSON object",
                          "? no time where t should be", "? no time", "? no time", HasSubstr("? no JSON from its byte"),
                          "1s a"));
}

TEST(JsonReader, SaysThatTheLastLineIsCutOff) {
  EXPECT_THAT(read_json(kJsonLayout, "{\"t\":1,\"k\":\"a\"}\n{\"t\":2,\"k"), ElementsAre("1s a", "? cut off"));
  EXPECT_THAT(read_json(kJsonLayout, "{\"t\":1,\"k\":\"a\"}\n{\"t\":2,\"k\":\"b\"}"), ElementsAre("1s a", "2s b"));
}

TEST(JsonReader, BoundsHowDeepALineIs) {
  const auto nested = [](size_t deep) {
    return "{\"t\":1,\"k\":\"a\",\"x\":" + std::string(deep, '[') + std::string(deep, ']') + "}\n";
  };
  EXPECT_THAT(read_json(kJsonLayout, nested(60) + nested(1'000'000) + "{\"t\":2,\"k\":\"b\"}\n"),
              ElementsAre("1s a", "? nested more than 64 deep", "2s b"));
}

TEST(JsonReader, ReadsALineOfAMegabyte) {
  const std::string key(size_t{1} << 20, 'a');
  const auto reader = reader_of_text(make_json_reader, kJsonLayout, "{\"t\":1,\"k\":\"" + key + "\"}\n");
  Request request;
  ASSERT_EQ(reader->next(request), Got::request);
  EXPECT_EQ(request.key, key);
}

TEST(JsonReader, DoubtsLinesWithoutKeys) {
  const auto reader = reader_of_text(make_json_reader, kJsonLayout, "{\"t\":1}\n{\"t\":2}\n");
  all_spelled(*reader);
  EXPECT_THAT(reader->doubt(), HasSubstr("have no key"));
}

TEST(JsonReader, RefusesALayoutThatItDoesNotKnow) {
  const auto refused = [](std::string_view layout) {
    return refusal([&] { reader_of_text(make_json_reader, layout, ""); });
  };
  EXPECT_THAT(refused("time=t,kye=k"), HasSubstr("'kye=k' names no field. Did you mean 'key'?"));
  EXPECT_THAT(refused("time=t,key="), HasSubstr("'key=' names no field"));
  EXPECT_THAT(refused("time=t"), HasSubstr("no key"));
  EXPECT_THAT(refused(""), HasSubstr("names no field"));
}

}  // namespace
}  // namespace hitbench
