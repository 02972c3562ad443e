#include "server/address.h"

#include <netdb.h>
#include <sys/socket.h>

#include <charconv>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/printable.h"

namespace hitbench {
namespace {

struct Malformed {};

int parse_number(std::string_view text, int max) {
  int number = 0;
  const std::from_chars_result end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size() || number < 0 || number > max) throw Malformed{};
  return number;
}

// "host", "host:port" or "[ipv6]:port".
void parse_host(std::string_view text, Address& address) {
  std::string_view host = text, port;
  const size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) throw Malformed{};
  if (const size_t colon = text.find(':', bracket); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    address.port = parse_number(port, 65535);
  }
  if (host.starts_with('[')) {
    if (!host.ends_with(']')) throw Malformed{};
    host = host.substr(1, host.size() - 2);
  }
  if (host.empty() || address.port == 0) throw Malformed{};
  address.host_or_path = host;
}

ServerAddress parse(std::string_view text, std::string_view scheme, int default_port) {
  ServerAddress address;
  if (!text.starts_with(scheme)) throw Malformed{};
  std::string_view rest = text.substr(scheme.size());
  if (rest.starts_with("+unix:///")) {
    address.address.unix = true;
    address.address.host_or_path = rest.substr(std::string_view("+unix://").size());
    return address;
  }
  if (!rest.starts_with("://")) throw Malformed{};
  rest.remove_prefix(3);
  if (rest.find('@') != std::string_view::npos) {
    throw usage_error("address \"" + std::string(scheme) + "://...\": it holds a user or a password",
                      "take it out and set REDISCLI_AUTH or \"password_file\"");
  }
  if (rest.find('?') != std::string_view::npos) throw Malformed{};  // a query, as other clients know it
  if (const size_t slash = rest.find('/'); slash != std::string_view::npos) {
    const std::string_view database = rest.substr(slash + 1);
    if (scheme != "redis" && !database.empty()) throw Malformed{};
    if (!database.empty()) address.database = parse_number(database, 1 << 20);
    rest = rest.substr(0, slash);
  }
  address.address.port = default_port;
  parse_host(rest, address.address);
  return address;
}

}  // namespace

ServerAddress parse_server_address(std::string_view text, std::string_view scheme, int default_port) {
  try {
    return parse(text, scheme, default_port);
  } catch (const Malformed&) {
    const std::string name(scheme);
    const std::string example = name + "://127.0.0.1:" + std::to_string(default_port) + (name == "redis" ? "/0" : "");
    throw usage_error("address \"" + redacted(text) + "\": it is not the address of a " + name + " server",
                      "write " + example + " or " + name + "+unix:///path/of/the.sock");
  }
}

Address resolve(Address address) {
  if (address.unix || address.host_or_path == "localhost") return address;
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  int error = getaddrinfo(address.host_or_path.c_str(), nullptr, &hints, &found);
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
  char number[NI_MAXHOST] = "";
  if (error == 0) {
    error = getnameinfo(found->ai_addr, found->ai_addrlen, number, sizeof number, nullptr, 0, NI_NUMERICHOST);
  }
  if (error != 0) {
    throw environment_error(address.text() + ": " + gai_strerror(error), "correct the host name in \"address\"");
  }
  address.host_or_path = number;
  return address;
}

}  // namespace hitbench
