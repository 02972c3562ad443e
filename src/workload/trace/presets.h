// Well-known members of the families of formats that a layout tells apart: rows of `traces()` in registry.cc.
#pragma once

#include <string_view>

namespace hitbench {

struct TracePreset {
  std::string_view name, summary, layout;
};

// Of make_web_log_reader().
inline constexpr TracePreset kWebLogPresets[] = {
    {"nginx", "access log of nginx as it comes, which is combined",
     R"($remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" )"
     R"("$http_user_agent")"},
    {"combined", "access log of Apache, nginx and others: common with the referrer and the browser",
     R"($remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" )"
     R"("$http_user_agent")"},
    {"vcombined", "combined behind the virtual host and its port", R"(%v:%^ %h %^[%d:%t %^] "%r" %s %b "%R" "%u")"},
    {"common", "Common Log Format", R"($remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent)"},
    {"w3c", "W3C extended log, as of IIS: its line \"#Fields:\" names the columns", "#Fields:"},
    {"cloudfront", "standard log of Amazon CloudFront",
     "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) "
     "cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes "
     "time-taken"},
    {"alb", "access log of an AWS Application Load Balancer",
     R"($type $time $elb $client $target $request_processing_time $origin_time $response_processing_time $status )"
     R"($target_status $received_bytes $bytes_sent "$request" "$user_agent" $ssl_cipher $ssl_protocol )"
     R"($target_group "$trace_id" "$domain" "$certificate" $priority $arrival $more)"},
    {"elb", "access log of an AWS Classic Load Balancer",
     R"($arrival $elb $client $backend $request_processing_time $origin_time $response_processing_time $status )"
     R"($backend_status $received_bytes $bytes_sent "$request")"},
    {"s3", "server access log of Amazon S3",
     R"($owner $host [$arrival] $client $requester $request_id $method $key "$request_line" $status $error )"
     R"($body_bytes_sent $value_bytes $total_time $turn_around)"},
    {"squid", "access.log of Squid in its own format", "%x %~%L %h %^/%s %b %m %U %^"},
    {"envoy", "access log of Envoy in its default format",
     R"([$arrival] "$request" $status $flags $bytes_received $body_bytes_sent $duration $origin_ms "$forwarded_for" )"
     R"("$user_agent" "$request_id" "$host" "$upstream_host")"},
};

// Of make_json_reader().
inline constexpr TracePreset kJsonPresets[] = {
    {"caddy", "access log of Caddy: JSON lines",
     "time=ts,key=request.uri,host=request.host,method=request.method,status=status,bytes=size,seconds=duration"},
    {"cloudflare", "HTTP requests by Cloudflare's Logpush: JSON lines",
     "arrival=EdgeStartTimestamp,key=ClientRequestURI,host=ClientRequestHost,method=ClientRequestMethod,"
     "status=EdgeResponseStatus,bytes=EdgeResponseBodyBytes,bytes=EdgeResponseBytes,"
     "origin_ms=OriginResponseDurationMs"},
    {"nginx-json", "access log of nginx with escape=json and the variables' names: JSON lines",
     "time=msec,time=time_iso8601,time=time_local,time=timestamp,time=@timestamp,time=time,key=request_uri,"
     "request=request,path=uri,query=args,query=query_string,host=host,host=http_host,host=server_name,"
     "method=request_method,method=method,status=status,bytes=body_bytes_sent,bytes=bytes_sent,bytes=bytes,"
     "seconds=request_time,origin_seconds=upstream_response_time"},
};

}  // namespace hitbench
