#include "cache/connection_channel.h"

#include <algorithm>
#include <utility>

#include "cache/server_words.h"

namespace hitbench {
namespace {

constexpr Duration kFirstPause = std::chrono::milliseconds(10);
constexpr Duration kLongestPause = std::chrono::milliseconds(100);
constexpr int kDoublings = 4;  // 10 ms doubled four times is above the longest pause

}  // namespace

// Jitter (half to the whole of it) keeps many processes from coming back in one moment.
Duration ServerContact::pause() {
  const Duration whole = std::min(kLongestPause, kFirstPause * (1 << std::min(refusals_, kDoublings)));
  const double share = 0.5 + 0.5 * rng_.uniform();
  return Duration(static_cast<int64_t>(share * static_cast<double>(whole.count())));
}

void ServerContact::connecting(Time now) {
  if (refusals_ > 0) next_attempt_ = now + pause();
}

void ServerContact::connected() {
  if (refusals_ > 0) ended();  // a server that refused was dead: whoever has not noticed yet has to look
  unanswered();
}

void ServerContact::unanswered() {
  refusals_ = 0;
  next_attempt_ = {};
}

void ServerContact::refused(Time now, std::string why) {
  ended();
  why_ = std::move(why);
  refusals_ = std::min(refusals_ + 1, kDoublings);
  next_attempt_ = now + pause();
}

Channel::Channel(Loop& loop, const Address& address, const Protocol& protocol, const ConnectOptions& options,
                 ServerContact& contact, Tally& words)
    : loop_(loop),
      address_(address),
      protocol_(protocol),
      timeout_(options.timeout),
      contact_(contact),
      words_(words) {}

// A greeting counts as begun before it is: the connection that it is lost with counts nothing.
bool Channel::open(Time deadline, Connection::Failure& failure) {
  if (protocol_.counts_greeting()) past_.begun += static_cast<uint64_t>(protocol_.greeting_and_probe().replies);
  current_ = Connection::open(loop_, address_, protocol_, timeout_, deadline, words_, failure);
  looked_ = contact_.endings();
  return current_ != nullptr;
}

Traffic Channel::traffic() const {
  Traffic all = past_;
  if (current_ != nullptr) all.add(current_->traffic());
  for (const std::unique_ptr<Connection>& connection : ended_) all.add(connection->traffic());
  return all;
}

Connection* Channel::renew(Time deadline) {
  while (!is_up()) {
    if (connecting_) {
      if (!loop_.wait(changed_, deadline)) return nullptr;
      continue;
    }
    const Time now = loop_.now();
    if (now >= deadline) return nullptr;
    if (contact_.is_refused(now)) {
      note_no_connection(words_, contact_.why());
      loop_.yield();  // a client that does nothing but try again must not keep the others from running
      return nullptr;
    }
    struct Turn {
      explicit Turn(Channel& channel) : home(channel) {
        home.connecting_ = true;
        home.changed_.clear();
      }
      ~Turn() {
        home.connecting_ = false;
        home.changed_.set();
      }
      Channel& home;
    } turn(*this);
    attempt(deadline);
  }
  return current_.get();
}

bool Channel::is_up() {
  if (current_ == nullptr || current_->is_broken()) return false;
  if (looked_ == contact_.endings()) return true;
  looked_ = contact_.endings();
  if (!current_->is_closed_by_server()) return true;
  ended_.push_back(std::move(current_));  // who waits there has yet to read what came before the end
  return false;
}

void Channel::attempt(Time deadline) {
  if (current_ != nullptr) ended_.push_back(std::move(current_));
  std::erase_if(ended_, [this](const std::unique_ptr<Connection>& connection) {
    if (!connection->is_in_use()) past_.add(connection->traffic());
    return !connection->is_in_use();
  });
  contact_.connecting(loop_.now());
  Connection::Failure failure;
  if (open(deadline, failure)) {
    contact_.connected();
    looked_ = contact_.endings();
  } else if (failure.timed_out) {
    contact_.unanswered();
  } else {
    const std::string where = address_.text() + ": ";
    const bool named = failure.error.starts_with(where);
    contact_.refused(loop_.now(), named ? failure.error.substr(where.size()) : failure.error);
  }
}

}  // namespace hitbench
