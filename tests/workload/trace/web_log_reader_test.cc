#include <gmock/gmock.h>

#include <cstdlib>

#include "tests/workload/trace/read_trace.h"
#include "workload/trace/parts.h"
#include "workload/trace/presets.h"

namespace hitbench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string_view preset(std::string_view name) {
  for (const TracePreset& it : kWebLogPresets) {
    if (it.name == name) return it.layout;
  }
  ADD_FAILURE() << name;
  return "";
}

std::vector<std::string> read(std::string_view layout, const std::string& text) {
  return all_spelled(*reader_of_text(make_web_log_reader, layout, text));
}

// One request of the layout "combined", with such a request line, status and size.
std::string combined(const std::string& request, const std::string& status_and_size = "200 2326") {
  return "127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] \"" + request + "\" " + status_and_size + " \"-\" \"curl/7.88\"\n";
}

std::vector<std::string> read_combined(const std::string& text) { return read(preset("combined"), text); }

TEST(WebLogReader, ReadsCombined) {
  EXPECT_THAT(
      read(preset("nginx"),
           R"(192.0.2.7 - frank [10/Oct/2000:13:55:36 -0700] "GET /product/7?lang=de HTTP/1.1" 200 2326 )"
           R"("https://example.com/" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36")"
           "\n"
           R"(2001:db8::1 - - [10/Oct/2000:13:55:37 -0700] "POST /cart HTTP/2.0" 201 17 "-" "curl/7.88 \x22quoted\x22")"
           "\n"),
      ElementsAre("971211336s GET /product/7?lang=de read found 2326B", "971211337s POST /cart write"));
}

TEST(WebLogReader, ReadsVcombined) {
  EXPECT_THAT(read(preset("vcombined"), R"(shop.example.com:443 ::1 - - [10/Oct/2000:13:55:36 -0700] )"
                                        R"("GET /a HTTP/1.1" 200 5 "-" "x")"
                                        "\n"),
              ElementsAre("971211336s GET shop.example.com /a read found 5B"));
}

TEST(WebLogReader, ReadsCommon) {
  EXPECT_THAT(read(preset("common"), R"(127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326)"
                                     "\n"
                                     R"(127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "HEAD /a.gif HTTP/1.0" 200 -)"
                                     "\n"),
              ElementsAre("971211336s GET /a.gif read found 2326B", "971211336s HEAD /a.gif read found"));
}

TEST(WebLogReader, ReadsTheColumnsThatW3cNames) {
  EXPECT_THAT(read(preset("w3c"),
                   "#Software: Microsoft Internet Information Services 10.0\r\n"
                   "#Version: 1.0\r\n"
                   "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
                   "cs(User-Agent) sc-status sc-bytes time-taken\r\n"
                   "2000-10-10 20:55:36 10.0.0.1 GET /a id=7 80 - 10.0.0.2 Mozilla/5.0+(X11) 200 99 250\r\n"
                   "2000-10-10 20:55:36 10.0.0.1 GET /b - 80 - 10.0.0.2 \"My Agent\" 404 0 0\r\n"
                   "#Fields: time date cs-uri sc-status\r\n"
                   "20:55:37 2000-10-10 /c?x 200\r\n"),
              ElementsAre("971211335.75s GET /a?id=7 read found 99B", "971211336s GET /b read absent 0B",
                          "971211337s /c?x found"));
}

TEST(WebLogReader, WantsW3cToNameItsColumns) {
  EXPECT_THAT(read("#Fields:", "2000-10-10 20:55:36 GET /a\n#Fields: date time sc-status\n2000-10-10 20:55:36 200\n"),
              ElementsAre(HasSubstr("no line \"#Fields:\""), HasSubstr("no line \"#Fields:\"")));
}

TEST(WebLogReader, ReadsCloudfront) {
  const std::string line =
      "2019-12-04\t21:02:31\tLAX1\t392\t192.0.2.100\tGET\td111111abcdef8.cloudfront.net\t/index.html\t200\t-\t"
      "Mozilla/5.0%20(Windows)\tv=1%2520a\t-\tHit\tSOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==\t"
      "shop.example.com\thttps\t23\t0.001\t-\tTLSv1.2\tECDHE-RSA-AES128-GCM-SHA256\tHit\tHTTP/2.0\t-\t-\t11040\t0.001\t"
      "Hit\ttext/html\t78\t-\t-\n";
  const std::string expected = "1575493350.999s GET shop.example.com /index.html?v=1%2520a read found 392B";
  EXPECT_THAT(read(preset("cloudfront"), line), ElementsAre(expected));  // as the columns are documented
  EXPECT_THAT(
      read(preset("cloudfront"),
           "#Version: 1.0\n#Fields: date time sc-bytes cs-method x-host-header cs-uri-stem sc-status time-taken\n"
           "2019-12-04\t21:02:31\t392\tGET\tshop.example.com\t/a\t000\t0.001\n"),
      ElementsAre("1575493350.999s GET shop.example.com /a read left out: no status"));
}

TEST(WebLogReader, ReadsTheLoadBalancersOfAws) {
  EXPECT_THAT(
      read(
          preset("alb"),
          R"(https 2018-07-02T22:23:00.186641Z app/my-lb/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.086 0.048 )"
          R"(0.037 200 200 0 57 "GET https://www.example.com:443/a?b HTTP/1.1" "curl/7.46.0" ECDHE-RSA-AES128 TLSv1.2 )"
          R"(arn:aws:elasticloadbalancing:us-east-2:1:targetgroup/my/73e2d6bc24d8a067 "Root=1-58337281-1d84f3d7" )"
          R"("www.example.com" "arn:aws:acm:us-east-2:1:certificate/1" 1 2018-07-02T22:22:48.364000Z "forward" "-" "-")"
          "\n"
          R"(http 2018-07-02T22:23:00.186641Z app/my-lb/50dc6c495c0c9188 192.168.131.39:2817 - -1 -1 )"
          R"(-1 400 - 0 0 "- http://www.example.com:80- -" "-" - - - "-" "-" "-" - 2018-07-02T22:22:48.364000Z "-" "-" "-")"
          "\n"),
      ElementsAre("1530570168.364s GET www.example.com:443 /a?b read found 57B origin 0.048s",
                  "1530570168.364s  left out: no request"));
  EXPECT_THAT(
      read(preset("elb"),
           R"(2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 )"
           R"(200 200 0 29 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.38.0" - -)"
           "\n"),
      ElementsAre("1431560383.945958s GET www.example.com:80 / read found 29B origin 0.001048s"));
}

TEST(WebLogReader, ReadsS3) {
  const auto line = [](const std::string& what, const std::string& sizes) {
    return "79a59df900b949e5 my-bucket [06/Feb/2019:00:00:38 +0000] 192.0.2.3 79a59df900b949e5 3E57427F3EXAMPLE " +
           what + " \"GET /my-bucket/photos/1.jpg HTTP/1.1\" " + sizes +
           " 70 10 \"-\" \"S3Console/0.4\" - abc= SigV4 - "
           "AuthHeader my-bucket.s3.us-west-1.amazonaws.com TLSV1.2\n";
  };
  EXPECT_THAT(read(preset("s3"),
                   line("REST.GET.OBJECT photos/2019/08/puppy%2520a.jpg", "200 - 113 113") +
                       line("REST.GET.OBJECT big", "206 - 10 5000") + line("REST.HEAD.OBJECT big", "200 - - 5000") +
                       line("REST.PUT.OBJECT new", "200 - - 42") + line("REST.DELETE.OBJECT old", "204 - - 42") +
                       line("REST.GET.OBJECT gone", "404 NoSuchKey 297 -") + line("REST.GET.BUCKET -", "200 - 300 -") +
                       line("REST.GET.ACL big", "200 - 300 -")),
              ElementsAre("1549411238s REST.GET.OBJECT my-bucket photos/2019/08/puppy%2520a.jpg read found 113B",
                          "1549411238s REST.GET.OBJECT my-bucket big read found 5000B",
                          "1549411238s REST.HEAD.OBJECT my-bucket big read found 5000B",
                          "1549411238s REST.PUT.OBJECT my-bucket new write 42B",
                          "1549411238s REST.DELETE.OBJECT my-bucket old erase",
                          "1549411238s REST.GET.OBJECT my-bucket gone read absent 297B",
                          "1549411238s REST.GET.BUCKET my-bucket  left out: no request",
                          "1549411238s REST.GET.ACL my-bucket big left out: method REST.GET.ACL"));
}

TEST(WebLogReader, ReadsSquid) {
  EXPECT_THAT(
      read(preset("squid"),
           "971211336.603    103 192.0.2.1 TCP_MISS/200 1234 GET http://www.example.com/a?b - HIER_DIRECT/192.0.2.9 "
           "text/html\n"
           "971211336.603      3 192.0.2.1 TCP_HIT/200 1234 GET http://www.example.com - HIER_NONE/- text/html\n"
           "971211336.603 180000 192.0.2.1 TCP_TUNNEL/200 39 CONNECT www.example.com:443 - HIER_DIRECT/192.0.2.9 -\n"
           "971211336.603      0 192.0.2.1 NONE/000 0 GET http://www.example.com/a - HIER_NONE/- -\n"),
      ElementsAre("971211336.5s GET www.example.com /a?b read found 1234B",
                  "971211336.6s GET www.example.com / read found 1234B",
                  "971211156.603s CONNECT www.example.com:443 left out: method CONNECT",
                  "971211336.603s GET www.example.com /a read left out: no status"));
}

// Its time is the arrival already.
TEST(WebLogReader, ReadsEnvoy) {
  EXPECT_THAT(read(preset("envoy"),
                   R"([2016-04-15T20:17:00.310Z] "GET /api/v1/locations HTTP/2" 200 - 0 1540 226 100 "10.0.35.28" )"
                   R"("nsq2http" "cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2" "locations" "tcp://10.0.2.1:80")"
                   "\n"
                   R"([2016-04-15T20:17:00.310Z] "GET /x HTTP/2" 404 NR 0 0 0 - "-" "-" "-" "locations" "-")"
                   "\n"),
              ElementsAre("1460751420.31s GET locations /api/v1/locations read found 1540B origin 0.1s",
                          "1460751420.31s GET locations /x read absent 0B"));
}

TEST(WebLogReader, GivesTheArrivalWhereTheDurationIsLogged) {
  const std::string line = R"([10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.1" 200 7 )";
  const auto time = [&](const std::string& layout, const std::string& duration) {
    return read(layout, line + duration + "\n").at(0);
  };
  const std::string nginx = R"([$time_local] "$request" $status $body_bytes_sent )", go = R"([%d:%t %^] "%r" %s %b )";
  const std::string expected = "971211335.75s GET /a read found 7B";
  EXPECT_EQ(time(nginx + "$request_time", "0.250"), expected);
  EXPECT_EQ(time(go + "%T", "0.250"), expected);
  EXPECT_EQ(time(go + "%L", "250"), expected);
  EXPECT_EQ(time(go + "%D", "250000"), expected);
  EXPECT_EQ(time(nginx + "$request_time", "-"), "971211336s GET /a read found 7B");
  EXPECT_EQ(time(nginx + "$request_time", "fast"), "? no duration where $request_time should be");
}

// A request that nginx hands on to the next server has a time for each; blanks within it do not end it.
TEST(WebLogReader, AddsUpTheTimesOfOrigins) {
  const std::string layout = R"("$request" $status $request_time $upstream_response_time $upstream_addr $pipe)";
  const auto origin = [&](const std::string& times, const std::string& addresses) {
    return read(layout, "\"GET /a HTTP/1.1\" 200 0.5 " + times + " " + addresses + " .\n").at(0);
  };
  EXPECT_EQ(origin("0.120", "10.0.0.1:80"), "GET /a read found origin 0.12s");
  EXPECT_EQ(origin("0.120, 0.200", "10.0.0.1:80, 10.0.0.2:80"), "GET /a read found origin 0.32s");
  EXPECT_EQ(origin("0.120, - : 0.030", "10.0.0.1:80, 10.0.0.2:80 : 10.0.0.3:80"), "GET /a read found origin 0.15s");
  EXPECT_EQ(origin("-", "-"), "GET /a read found");
  EXPECT_EQ(origin("soon", "-"), "? no duration where $upstream_response_time should be");
}

TEST(WebLogReader, KnowsTimesOfWholeSeconds) {
  const auto is_whole = [](std::string_view layout, const std::string& text) {
    const auto reader = reader_of_text(make_web_log_reader, layout, text);
    all_spelled(*reader);
    return reader->has_whole_seconds();
  };
  EXPECT_TRUE(is_whole(preset("combined"), combined("GET / HTTP/1.1")));
  EXPECT_FALSE(is_whole("$msec $request", "971211336.250 GET / HTTP/1.1\n"));
  EXPECT_FALSE(is_whole("$request", "GET / HTTP/1.1\n"));  // no times
}

TEST(WebLogReader, LeavesOutWhatNoCacheWouldBeAskedFor) {
  EXPECT_THAT(
      read_combined(combined("OPTIONS /a HTTP/1.1") + combined("GET /a HTTP/1.1", "500 0") +
                    combined("GET /a HTTP/1.1", "302 0") + combined("POST /a HTTP/1.1", "400 0") +
                    combined("GET /a HTTP/1.1", "499 0")),
      ElementsAre("971211336s OPTIONS /a left out: method OPTIONS", "971211336s GET /a read left out: status 500",
                  "971211336s GET /a read left out: status 302", "971211336s POST /a write left out: status 400",
                  "971211336s GET /a read left out: status 499"));
}

TEST(WebLogReader, TakesWhatACacheWouldBeAskedFor) {
  EXPECT_THAT(read_combined(combined("GET /a HTTP/1.1", "301 178") + combined("GET /a HTTP/1.1", "404 153") +
                            combined("GET /a HTTP/1.1", "304 0") + combined("GET /a HTTP/1.1", "206 100") +
                            combined("HEAD /a HTTP/1.1", "200 0") + combined("PUT /a HTTP/1.1", "204 0") +
                            combined("PATCH /a HTTP/1.1", "302 9") + combined("DELETE /a HTTP/1.1", "200 9") +
                            combined("GET /a HTTP/1.1", "200 -")),
              ElementsAre("971211336s GET /a read found 178B", "971211336s GET /a read absent 153B",
                          "971211336s GET /a read found", "971211336s GET /a read found",
                          "971211336s HEAD /a read found", "971211336s PUT /a write", "971211336s PATCH /a write",
                          "971211336s DELETE /a erase", "971211336s GET /a read found"));
}

// The line is in order; the client was not.
TEST(WebLogReader, LeavesOutBrokenRequests) {
  for (const std::string request :
       {R"(\x16\x03\x01\x02)", "-", "", "GET", "GET ", "GET HTTP/1.1", "\x16\x03 x", " / HTTP/1.1"}) {
    EXPECT_THAT(read_combined(combined(request, "400 157")), ElementsAre("971211336s  left out: no request"))
        << request;
  }
}

TEST(WebLogReader, KeepsUrisAsTheyAre) {
  EXPECT_THAT(
      read_combined(combined("GET /caf\xe9?q=%C3%A9%2F+\xc3\xa9 HTTP/1.1") + combined("GET /a b c HTTP/1.1") +
                    combined(R"(GET /\x22a\x22 HTTP/1.1)") + combined(R"(GET /\"a\" HTTP/1.1)") + combined("GET /old") +
                    combined("GET http://example.com?x HTTP/1.1") + combined("GET //double//slash HTTP/1.1") +
                    combined("GET /go?to=http://a/b HTTP/1.1")),
      ElementsAre("971211336s GET /caf\xe9?q=%C3%A9%2F+\xc3\xa9 read found 2326B",
                  "971211336s GET /a b c read found 2326B", R"(971211336s GET /\x22a\x22 read found 2326B)",
                  R"(971211336s GET /\"a\" read found 2326B)", "971211336s GET /old read found 2326B",
                  "971211336s GET example.com /?x read found 2326B", "971211336s GET //double//slash read found 2326B",
                  "971211336s GET /go?to=http://a/b read found 2326B"));
}

// They are written when the response ends; sorting is for whoever has the memory for it.
TEST(WebLogReader, GivesLinesInTheirOrder) {
  EXPECT_THAT(read("$msec $request_uri", "12.5 /b\n11.5 /a\n"), ElementsAre("12.5s /b", "11.5s /a"));
}

// Where the clocks are put back, local times repeat an hour; with the offset they do not.
TEST(WebLogReader, KeepsOrderWhereClocksAreChanged) {
  EXPECT_THAT(read("[$time_local] $request_uri", "[29/Oct/2000:02:59:59 +0200] /a\n[29/Oct/2000:02:00:00 +0100] /b\n"),
              ElementsAre("972781199s /a", "972781200s /b"));
}

TEST(WebLogReader, TakesBothEndsOfLines) {
  std::string line = combined("GET /a HTTP/1.1");
  line.pop_back();
  const std::string expected = "971211336s GET /a read found 2326B";
  EXPECT_THAT(read_combined(line + "\r\n" + line + "\n" + line), ElementsAre(expected, expected, expected));
}

TEST(WebLogReader, SaysThatTheLastLineIsCutOff) {
  const std::string line = combined("GET /a HTTP/1.1");
  for (const size_t size : {size_t{1}, size_t{30}, size_t{60}, line.size() - 3}) {
    EXPECT_THAT(read_combined(line + line.substr(0, size)),
                ElementsAre("971211336s GET /a read found 2326B", "? cut off"))
        << size;
  }
}

TEST(WebLogReader, ReadsALineOfAMegabyte) {
  const std::string uri = "/" + std::string(size_t{1} << 20, 'a');
  const auto reader = reader_of_text(make_web_log_reader, preset("combined"), combined("GET " + uri + " HTTP/1.1"));
  Request request;
  ASSERT_EQ(reader->next(request), Got::request);
  EXPECT_EQ(request.key, uri);
}

TEST(WebLogReader, RefusesALineTooLong) {
  EXPECT_THAT(read_combined(combined("GET /" + std::string(size_t{9} << 20, 'a')) + combined("GET /b HTTP/1.1")),
              ElementsAre("? a line of more than 4 MiB", "971211336s GET /b read found 2326B"));
}

TEST(WebLogReader, NamesTheFieldThatIsMissing) {
  const auto why = [](const std::string& line) { return read_combined(line + "\n").at(0); };
  EXPECT_EQ(why(""), "? blank line");
  EXPECT_EQ(why("hello"), "? ' - ' is missing behind $remote_addr");
  EXPECT_EQ(why("a - b [yesterday] \"GET / HTTP/1.1\" 200 5 \"-\" \"-\""), "? no time where [$time_local] should be");
  EXPECT_EQ(why("a - b [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" ok 5 \"-\" \"-\""),
            "? no status where $status should be");
  EXPECT_EQ(why("a - b [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 5k \"-\" \"-\""),
            "? no size where $body_bytes_sent should be");
  EXPECT_EQ(why("a - b [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 5 \"-\" \"x"),
            "? '\"' is missing behind \"$http_user_agent\"");
}

TEST(WebLogReader, TellsWhereAndWhatAndGoesOn) {
  const auto reader = reader_of_text(make_web_log_reader, preset("combined"),
                                     combined("GET /a HTTP/1.1") + "?\n" + combined("GET /b HTTP/1.1"));
  Request request;
  ASSERT_EQ(reader->next(request), Got::request);
  EXPECT_EQ(reader->doubt(), "");
  ASSERT_EQ(reader->next(request), Got::malformed);
  EXPECT_EQ(reader->where(), "a.log:2");
  EXPECT_EQ(reader->excerpt(), "?");
  EXPECT_THAT(reader->remedy(), HasSubstr("$remote_addr"));
  ASSERT_EQ(reader->next(request), Got::request);
  EXPECT_EQ(request.key, "/b");
}

TEST(WebLogReader, DoubtsALogOfAnotherLayout) {
  const auto reader = reader_of_text(make_web_log_reader, preset("combined"), "1\n2\n3\n");
  all_spelled(*reader);
  EXPECT_THAT(reader->doubt(), HasSubstr("not of this layout"));
}

// Columns that somebody has added to a known layout.
TEST(WebLogReader, TakesMoreThanTheLayoutHas) {
  std::string line = combined("GET /a HTTP/1.1");
  line.pop_back();
  EXPECT_THAT(read_combined(line + " \"203.0.113.9\"\n"), ElementsAre("971211336s GET /a read found 2326B"));
}

}  // namespace
}  // namespace hitbench
