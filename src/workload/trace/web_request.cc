#include "workload/trace/web_request.h"

#include "base/text.h"

namespace hitbench {
namespace {

struct WebMethod {
  std::string_view name;
  Action action;
  bool answers_value;  // the response's body is the value
};

// HTTP's; S3's, as its access logs name them; and what logs of applications say, in any case of letters.
constexpr WebMethod kWebMethods[] = {
    {"GET", Action::read, true},
    {"HEAD", Action::read, false},
    {"POST", Action::write, false},
    {"PUT", Action::write, false},
    {"PATCH", Action::write, false},
    {"DELETE", Action::erase, false},
    {"REST.GET.OBJECT", Action::read, true},
    {"REST.HEAD.OBJECT", Action::read, false},
    {"REST.PUT.OBJECT", Action::write, false},
    {"REST.COPY.OBJECT", Action::write, false},
    {"REST.DELETE.OBJECT", Action::erase, false},
    {"BATCH.DELETE.OBJECT", Action::erase, false},
    {"get", Action::read, true},
    {"read", Action::read, true},
    {"head", Action::read, false},
    {"set", Action::write, true},
    {"write", Action::write, true},
    {"put", Action::write, false},
    {"post", Action::write, false},
    {"patch", Action::write, false},
    {"del", Action::erase, false},
    {"delete", Action::erase, false},
    {"erase", Action::erase, false},
};

const WebMethod* web_method(std::string_view name) {
  for (const WebMethod& method : kWebMethods) {
    if (method.name == name) return &method;
  }
  return nullptr;
}

const WebMethod* known_method(std::string_view name) {
  const WebMethod* const exact = web_method(name);
  return exact != nullptr ? exact : web_method(lowered(name));
}

// RFC 9110 has more characters; no method in use does.
bool is_method_name(std::string_view text) {
  for (const char c : text) {
    if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') && c != '-' && c != '_' && c != '.') return false;
  }
  return !text.empty() && text != "-";
}

// "GET /a b HTTP/1.1": blanks within the URI are the client's fault, and part of it. Of a broken line nothing.
void split_request_line(std::string_view line, std::string_view& method, std::string_view& uri) {
  const size_t blank = line.find(' ');
  if (blank == std::string_view::npos || !is_method_name(line.substr(0, blank))) return;
  std::string_view rest = line.substr(blank + 1);
  const size_t last = rest.rfind(' ');
  if (last != std::string_view::npos && rest.substr(last + 1).starts_with("HTTP/")) rest = rest.substr(0, last);
  if (rest.empty() || rest == "-" || rest.starts_with("HTTP/")) return;
  method = line.substr(0, blank);
  uri = rest;
}

// Only a redirect that holds for good is kept without being told to (RFC 9110, 15.1); a 304 confirms what is kept.
bool is_cached_status(int status) {
  return status == 200 || status == 206 || status == 301 || status == 304 || status == 404;
}

// The bytes of the value, where the log has them: the body of a 304 or a HEAD is empty, that of a 206 a part.
std::optional<uint64_t> value_bytes(const WebEntry& entry, const WebMethod* method) {
  if (method != nullptr && method->action == Action::erase) return {};
  if (entry.value) return entry.value;
  if (method == nullptr) return entry.body;
  if (method->action == Action::write && entry.sent) return entry.sent;
  if (!method->answers_value || entry.status == 304 || entry.status == 206) return {};
  return entry.body;
}

}  // namespace

// A proxy is asked for "http://host/path".
void WebRequests::set_key(const WebEntry& entry, Request& request) {
  if (request.key.empty() && !entry.path.empty()) {
    request.key = entry.path;
    const std::string_view query = entry.query.starts_with('?') ? entry.query.substr(1) : entry.query;
    if (!query.empty() && entry.path.find('?') == entry.path.npos) {
      key_.assign(entry.path).append("?").append(query);
      request.key = key_;
    }
  }
  if (request.key.starts_with('/')) return;
  const size_t scheme = request.key.find("://");
  if (scheme == std::string_view::npos || scheme > 10) return;
  const std::string_view rest = request.key.substr(scheme + 3);
  request.host = rest.substr(0, rest.find_first_of("/?"));
  request.key = rest.substr(request.host.size());
  if (request.key.starts_with('/')) return;
  added_slash_.assign("/").append(request.key);
  request.key = added_slash_;
}

void WebRequests::leave_out(Request& request, std::string_view what, std::string_view which) {
  left_out_.assign(what).append(which);
  request.left_out = left_out_;
}

void WebRequests::make(const WebEntry& entry, Request& request) {
  request = {.time = entry.arrived, .key = entry.uri, .host = entry.host, .method = entry.method};
  request.ttl = entry.ttl;
  request.origin_time = entry.origin_time;
  if (!request.time && entry.ended) request.time = *entry.ended - entry.took.value_or(Duration(0));
  std::string_view method, uri;
  split_request_line(entry.request_line, method, uri);
  if (request.method.empty()) request.method = method;
  if (request.key.empty()) request.key = uri;
  set_key(entry, request);
  if (request.key.empty()) return leave_out(request, "no request", "");

  const WebMethod* const known = known_method(request.method);
  if (known == nullptr && !request.method.empty()) return leave_out(request, "method ", request.method);
  if (known != nullptr) request.operation = known->action;
  if (entry.has_status && !entry.status) return leave_out(request, "no status", "");
  const int status = entry.status.value_or(200);
  const bool is_read = known == nullptr || known->action == Action::read;
  if (is_read ? !is_cached_status(status) : status >= 400) {
    return leave_out(request, "status ", std::to_string(status));
  }
  if (entry.status && is_read) request.found = status != 404;
  request.value_bytes = value_bytes(entry, known);
}

}  // namespace hitbench
