#include "io/listener.h"

#include <arpa/inet.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "base/error.h"
#include "io/processes.h"

namespace hitbench {
namespace {

using Inodes = std::set<uint64_t>;

// Addresses as the tables spell them: each 32 bits as a number of the machine.
std::string spelled(uint32_t word) {
  std::array<char, 9> text{};
  std::snprintf(text.data(), text.size(), "%08" PRIX32, word);
  return text.data();
}

bool is_loopback(const std::string& address) {
  const std::string v4 = spelled(htonl(INADDR_LOOPBACK));
  return address == v4 || address == "0000000000000000" + spelled(htonl(0xffff)) + v4;
}

bool is_any(const std::string& address) { return address.find_first_not_of('0') == std::string::npos; }

struct Sockets {
  Inodes exact;  // of the loopback address: the kernel prefers them
  Inodes any;
};

bool is_loopback6(const std::string& address) { return address == std::string(24, '0') + spelled(htonl(1)); }

// proc(5), "/proc/net/tcp": number, local address:port, remote, state (0A: LISTEN), queues, timer, retransmits, uid,
// timeout, inode.
bool read_table(const char* path, int port, Sockets& found, bool (*is_exact)(const std::string&) = &is_loopback) {
  std::ifstream table(path);
  std::string line;
  if (!std::getline(table, line)) return false;
  while (std::getline(table, line)) {
    std::istringstream fields(line);
    std::string number, local, remote, state, queues, timer, retransmits, uid, timeout;
    uint64_t inode = 0;
    fields >> number >> local >> remote >> state >> queues >> timer >> retransmits >> uid >> timeout >> inode;
    const size_t colon = local.find(':');
    if (!fields || state != "0A" || colon == std::string::npos) continue;
    if (std::strtol(local.c_str() + colon + 1, nullptr, 16) != port) continue;
    const std::string address = local.substr(0, colon);
    if (is_exact(address)) found.exact.insert(inode);
    if (is_any(address)) found.any.insert(inode);
  }
  return true;
}

void add_sockets_of(pid_t pid, Inodes& inodes) {
  const std::string folder = "/proc/" + std::to_string(pid) + "/fd";
  for (const pid_t fd : numbered_entries(folder)) {
    std::array<char, 64> target{};
    uint64_t inode = 0;
    if (readlink((folder + "/" + std::to_string(fd)).c_str(), target.data(), target.size() - 1) <= 0) continue;
    if (std::sscanf(target.data(), "socket:[%" SCNu64 "]", &inode) == 1) inodes.insert(inode);
  }
}

Inodes sockets_of(pid_t group) {
  Inodes inodes;
  for (const pid_t pid : members_of(group)) add_sockets_of(pid, inodes);
  return inodes;
}

// proc(5), "/proc/net/unix": number, references, protocol, flags (00010000: it accepts connections), type, state,
// inode, path.
Inodes listening_on(const std::string& path) {
  Inodes inodes;
  std::ifstream table("/proc/net/unix");
  for (std::string line; std::getline(table, line);) {
    std::istringstream fields(line);
    std::string number, references, protocol, flags, type, state, name;
    uint64_t inode = 0;
    fields >> number >> references >> protocol >> flags >> type >> state >> inode >> std::ws;
    if (std::getline(fields, name) && flags == "00010000" && name == path) inodes.insert(inode);
  }
  return inodes;
}

Inodes listening_on(const Address& address) {
  if (address.unix) return listening_on(address.host_or_path);
  const std::string& host = address.host_or_path;
  Sockets found;
  if (host == "::1") {
    read_table("/proc/net/tcp6", address.port, found, &is_loopback6);
  } else if (host == "localhost" || host == "127.0.0.1") {
    read_table("/proc/net/tcp", address.port, found);
    read_table("/proc/net/tcp6", address.port, found);
  }
  return found.exact.empty() ? found.any : found.exact;
}

Listener owner_of(const Inodes& listening, pid_t group) {
  if (listening.empty()) return Listener::none;
  const Inodes own = sockets_of(group);
  const bool all = std::all_of(listening.begin(), listening.end(), [&](uint64_t inode) { return own.contains(inode); });
  return all ? Listener::ours : Listener::anothers;
}

}  // namespace

Listener listener_of(int port, pid_t group) {
  Sockets listening;
  const bool readable = read_table("/proc/net/tcp", port, listening);
  read_table("/proc/net/tcp6", port, listening);  // not there where IPv6 is off
  if (!readable) {
    throw environment_error("/proc/net/tcp cannot be read: whose server listens on a port cannot be determined",
                            "mount /proc");
  }
  return owner_of(listening.exact.empty() ? listening.any : listening.exact, group);
}

Listener listener_of(const std::string& socket, pid_t group) { return owner_of(listening_on(socket), group); }

std::vector<pid_t> listening_processes(const Address& address) {
  const Inodes listening = listening_on(address);
  std::vector<pid_t> processes;
  Inodes seen;
  if (listening.empty()) return {};
  for (const pid_t pid : numbered_entries("/proc")) {
    Inodes own;
    add_sockets_of(pid, own);
    std::erase_if(own, [&](uint64_t inode) { return !listening.contains(inode); });
    if (!own.empty()) processes.push_back(pid);
    seen.merge(own);
  }
  return seen == listening ? processes : std::vector<pid_t>{};
}

}  // namespace hitbench
