#include "workload/trace/web_log_layout.h"

#include <gmock/gmock.h>

#include "tests/workload/some_parts.h"
#include "tests/workload/trace/read_trace.h"

namespace hitbench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string read_one(std::string_view layout, const std::string& line) {
  return all_spelled(*reader_of_text(make_web_log_reader, layout, line + "\n")).at(0);
}

constexpr std::string_view kLine =
    R"(192.0.2.7 - frank [10/Oct/2000:13:55:36 -0700] "GET /a?b HTTP/1.1" 200 2326 "-" "curl")";
constexpr std::string_view kRequest = "971211336s GET /a?b read found 2326B";

TEST(WebLogLayout, UnderstandsThreeNotations) {
  for (
      const std::string_view layout :
      {R"($remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent")",
       R"(${remote_addr} - ${remote_user} [${time_local}] "${request}" ${status} ${body_bytes_sent} "$a" "$b")",
       R"(%h %^[%d:%t %^] "%r" %s %b "%R" "%u")", R"(%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i")",
       R"(%h %l %u %t \"%r\" %s %O \"%{Referer}i\" \"%{User-Agent}i\")"}) {
    EXPECT_EQ(read_one(layout, std::string(kLine)), kRequest) << layout;
  }
}

TEST(WebLogLayout, UnderstandsWhatIsPastedWhole) {
  for (const std::string_view layout :
       {"log_format main '$remote_addr - $remote_user [$time_local] \"$request\" '\n"
        "                '$status $body_bytes_sent \"$http_referer\" '\n"
        "                '\"$http_user_agent\"';",
        R"(LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"" combined)",
        R"('$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$a" "$b"')"}) {
    EXPECT_EQ(read_one(layout, std::string(kLine)), kRequest) << layout;
  }
}

// Apache's time is the arrival: its duration must not be taken off once more. Its %{end:...}t is not.
TEST(WebLogLayout, KnowsWhichTimeApacheLogs) {
  EXPECT_EQ(read_one(R"(%t "%r" %>s %D)", R"([10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.1" 200 250000)"),
            "971211336s GET /a read found");
  EXPECT_EQ(read_one(R"(%{end:usec}t "%r" %>s %{ms}T)", R"(971211336000000 "GET /a HTTP/1.1" 200 250)"),
            "971211335.75s GET /a read found");
}

TEST(WebLogLayout, JoinsTheTimesThatApacheLogsInPieces) {
  EXPECT_EQ(read_one(R"([%{%d/%b/%Y:%T}t.%{msec_frac}t %{%z}t] "%r" %>s)",
                     R"([10/Oct/2000:13:55:36.250 -0700] "GET /a HTTP/1.1" 200)"),
            "971211336.25s GET /a read found");
  EXPECT_EQ(read_one(R"(%{%Y-%m-%d %H:%M:%S}t %v "%r" %>s)", R"(2000-10-10 20:55:36 www "GET /a HTTP/1.1" 200)"),
            "971211336s GET www /a read found");
}

TEST(WebLogLayout, KnowsApachesDirectives) {
  EXPECT_EQ(read_one("%V %{Host}i %m %U%q %H %>s %B %!200,304{Referer}i %{Content-Length}i %X %{X-Cache}o%%",
                     "server shop.example.com PUT /a?b HTTP/1.1 204 7 - 42 + MISS%"),
            "PUT shop.example.com /a?b write 42B");
}

TEST(WebLogLayout, KnowsGoaccessNotation) {
  EXPECT_EQ(
      read_one(R"(%^ %dT%t.%^ %^ %T %s %b "%r")", R"(h2 2000-10-10T20:55:36.250Z lb 0.25 200 9 "GET /a HTTP/2.0")"),
      "971211336s GET /a read found 9B");
  EXPECT_EQ(read_one("%d %t %^ %m %U %q %v %s %L", "2000-10-10 20:55:36 10.0.0.1 GET /a b=1 www 200 250"),
            "971211335.75s GET www /a?b=1 read found");
  EXPECT_EQ(read_one(R"(%d\t%t\t%v\t%U)", "2000-10-10\t20:55:36\twww\t/a"), "971211336s www /a");
  EXPECT_EQ(read_one(R"("%x","%h",%^,"%m","%U","%s","%b","%D")",
                     R"("971211336000000","192.0.2.1",x,"GET","/a","200","9","250000")"),
            "971211335.75s GET /a read found 9B");
}

TEST(WebLogLayout, KnowsNginxVariables) {
  EXPECT_EQ(read_one("$msec $request_method $scheme://$host$request_uri $server_name $status",
                     "971211336.250 GET https://shop.example.com/a?b server 200"),
            "971211336.25s GET shop.example.com /a?b read found");
  EXPECT_EQ(read_one("$time_iso8601|$request_method|$uri$is_args$args|$status|$bytes_sent|$body_bytes_sent",
                     "2000-10-10T22:55:36+02:00|GET|/a?b|200|500|100"),
            "971211336s GET /a?b read found 100B");
  EXPECT_EQ(read_one("$time_local $uri?$args $status", "10/Oct/2000:13:55:36 -0700 /a?b 200"), "971211336s /a?b found");
  EXPECT_EQ(
      read_one(R"({"time":"$time_iso8601","uri":"$request_uri"})", R"({"time":"2000-10-10T20:55:36Z","uri":"/a"})"),
      "971211336s /a");
}

TEST(WebLogLayout, RefusesWhatCannotBeRead) {
  const auto refused = [](std::string_view layout) { return refusal([&] { parse_web_log_layout(layout); }); };
  EXPECT_THAT(refused("$remote_addr [$time_local]"), HasSubstr("has no URI"));
  EXPECT_THAT(refused(""), HasSubstr("has no URI"));
  EXPECT_THAT(refused("%h"), HasSubstr("has no URI"));
  EXPECT_THAT(refused("$remote_addr$request"), HasSubstr("nothing separates $remote_addr from $request"));
  EXPECT_EQ(refused("$request"), "");
}

TEST(WebLogLayout, SurvivesLayoutsThatEndTooEarly) {
  for (const std::string_view layout : {"$", "${", "${request", "%", "%{", "%>", "%!", "%{a}", "%^", "%r%", "%{}^", "'",
                                        "log_format", "LogFormat \"", "\\", "%d:%t", "%x."}) {
    refusal([&] { parse_web_log_layout(layout); });
  }
}

TEST(WebLogLayout, ReadsColumns) {
  const WebLogLayout layout = parse_web_log_columns(" date time  cs-uri-stem\tsc-status x-edge-result-type", '\t');
  std::vector<WebField> fields;
  for (const WebStep& step : layout.steps) fields.push_back(step.field);
  EXPECT_THAT(fields, ElementsAre(WebField::date, WebField::clock, WebField::path, WebField::status));
  EXPECT_EQ(layout.steps.back().after, "\t");
  EXPECT_TRUE(parse_web_log_columns("date time sc-status", ' ').steps.empty());
}

// A time of day alone is no time.
TEST(WebLogLayout, DropsATimeWithoutADate) {
  EXPECT_EQ(parse_web_log_columns("time cs-uri-stem", ' ').steps[0].field, WebField::ignored);
}

}  // namespace
}  // namespace hitbench
