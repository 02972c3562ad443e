#include "cache/server_words.h"

#include <algorithm>

#include "base/text.h"

namespace hitbench {
namespace {

constexpr std::string_view kTimeout = "no answer within the timeout";
constexpr std::string_view kNoConnection = "no connection: ";
constexpr std::string_view kLost = "the server closed the connection";
constexpr std::string_view kMalformed = "a reply of another protocol: ";
constexpr std::string_view kFiles = "{files}";  // in a remedy: the limit that is needed
constexpr size_t kMalformedShown = 40;

struct Known {
  std::string_view begins;
  std::string_view remedy;
};

constexpr std::string_view kOneServer =
    "it is a node of a cluster and has a part of the keys only; hitbench speaks to one server: give the address of one "
    "that is not in cluster mode";
constexpr std::string_view kItemLimit =
    "memcached takes items of up to 1 MiB: start it with a larger -I (a private one: \"args\": [\"-I\", \"8m\"]), or "
    "make workload.value_bytes smaller";
constexpr std::string_view kNoMemory =
    "raise \"memory\" of the cache (on your own server -m): it had no page left for values of this size";
constexpr std::string_view kLongKey =
    "memcached takes keys of up to 250 bytes, key_prefix included: make workload.key_bytes smaller";
constexpr std::string_view kConnections =
    "raise the server's limit (redis: maxclients, memcached: -c; a private one: \"args\"), or lower app.connections or "
    "app.processes";
constexpr std::string_view kFileLimit = "raise the limit of open files: ulimit -n {files}";

// The first row that a text begins with. Redis' texts: its server.c, "shared" objects, and redis.io/docs/reference/
// protocol-spec; memcached's: doc/protocol.txt, "Error strings"; libmemcached's: its strerror.cc.
constexpr Known kKnown[] = {
    {"OOM ",
     "raise \"memory\" of the cache (on your own server maxmemory), or let it evict: \"policy\": \"allkeys-lru\""},
    {"READONLY ", "it is a replica, which takes no writes: give the address of its primary"},
    {"MOVED ", kOneServer},
    {"ASK ", kOneServer},
    {"CROSSSLOT ", kOneServer},
    {"TRYAGAIN ", kOneServer},
    {"CLUSTERDOWN ", "its cluster does not serve all slots; give the address of a server that is not in cluster mode"},
    {"NOAUTH ", "put its password into the environment variable REDISCLI_AUTH, or name a file with \"password_file\""},
    {"WRONGPASS ", "correct the password in REDISCLI_AUTH or in the \"password_file\""},
    {"ERR AUTH ", "correct the password in REDISCLI_AUTH or in the \"password_file\""},
    {"NOPERM ", "its user may not do that: grant it ~* +@read +@write +@scripting +ping +info +select (ACL SETUSER)"},
    {"LOADING ", "it still reads its data set: wait until redis-cli ping says PONG"},
    {"MISCONF ", "it could not save its data and takes no writes: free its disk and see its log"},
    {"BUSY ", "a script keeps it busy: redis-cli SCRIPT KILL, or wait until it has ended"},
    {"MASTERDOWN ", "it is a replica that has lost its primary: give the address of the primary"},
    {"NOREPLICAS ", "too few replicas are there for a write (min-replicas-to-write): start them, or lower it"},
    {"ERR unknown command", "it has renamed or disabled this command, or is too old for it: use a server that has it"},
    {"ERR max number of clients", kConnections},
    {"ERR DB index", "name a database that the server has: redis://host:port/0"},
    {"ERR invalid DB index", "name a database that the server has: redis://host:port/0"},
    {"-DENIED ", "it is in protected mode: set a password or bind an address (redis.conf, protected-mode)"},
    {"DENIED ", "it is in protected mode: set a password or bind an address (redis.conf, protected-mode)"},
    {"ERROR Too many open connections", kConnections},
    {"ERROR", "it does not know the meta commands: use memcached 1.6 or newer, or the cache \"libmemcached\""},
    {"SERVER_ERROR object too large", kItemLimit},
    {"SERVER_ERROR out of memory", kNoMemory},
    {"CLIENT_ERROR bad command line", kLongKey},
    {"CLIENT_ERROR line too long", kLongKey},
    {"CLIENT_ERROR unauthenticated",
     "it asks for a password (-Y), which hitbench gives to private servers only: start it without"},
    {"ITEM TOO BIG", kItemLimit},
    {"SERVER FAILED TO ALLOCATE OBJECT", kNoMemory},
    {"A BAD KEY WAS PROVIDED", kLongKey},
    {"A TIMEOUT OCCURRED", "raise app.timeout, or lower the load"},
    {kTimeout, "raise app.timeout, or lower the load"},
    {"no connection: Too many open files", kFileLimit},
    {"no connection: Cannot assign requested address",
     "no local port is left: use \"pool\": \"fixed\", or wait for those in TIME_WAIT"},
    {kLost, "see the server's log: it ended, or its limits were passed"},
    {kMalformed, "something other than this cache answers there: correct the address"},
};

// Up to the first digit or the second quotation mark: "MOVED ", "ERR unknown command 'GET'".
std::string_view kind_of(std::string_view text) {
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (is_digit(text[i])) return text.substr(0, i);
    const bool mark = text[i] == '\'' || text[i] == '"' || text[i] == '`';
    if (mark && quoted) return text.substr(0, i);
    quoted = quoted || mark;
  }
  return text;
}

}  // namespace

void note_refusal(Tally& words, std::string_view text) { words.add(kind_of(text), text); }

std::string note_no_connection(Tally& words, std::string_view why) {
  const std::string text = std::string(kNoConnection).append(why);
  words.add(text, text);
  return remedy_for(text);
}

void note_lost(Tally& words, std::string_view why) {
  std::string text(kLost);
  if (!why.empty()) text.append(": ").append(why);
  words.add(text, text);
}

void note_malformed(Tally& words, std::string_view bytes) {
  words.add(kMalformed, std::string(kMalformed).append(bytes.substr(0, kMalformedShown)));
}

void note_timeouts(Tally& words, uint64_t calls) { words.add(kTimeout, kTimeout, calls); }

std::string remedy_for(std::string_view text, uint64_t files_needed) {
  const auto known = std::find_if(std::begin(kKnown), std::end(kKnown),
                                  [&](const Known& row) { return text.starts_with(row.begins); });
  if (known == std::end(kKnown)) return "";
  std::string remedy(known->remedy);
  if (const size_t at = remedy.find(kFiles); at != std::string::npos) {
    remedy.replace(at, kFiles.size(), files_needed > 0 ? std::to_string(files_needed) : "unlimited");
  }
  return remedy;
}

bool is_timeout(std::string_view text) { return text == kTimeout || text.starts_with("A TIMEOUT OCCURRED"); }

}  // namespace hitbench
