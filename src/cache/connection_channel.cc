#include "cache/connection_channel.h"

#include <algorithm>
#include <utility>

namespace hitbench {
namespace {

constexpr Duration kFirstPause = std::chrono::milliseconds(10);
constexpr Duration kLongestPause = std::chrono::seconds(1);
constexpr int kDoublings = 7;  // 10 ms doubled seven times is above the longest pause

}  // namespace

Channel::Channel(Loop& loop, const Address& address, const Protocol& protocol, const ConnectOptions& options,
                 uint64_t number, Tally& words)
    : loop_(loop),
      address_(address),
      protocol_(protocol),
      timeout_(options.timeout),
      words_(words),
      rng_(options.seed, 0, number) {}

// A greeting counts as begun before it is: the connection that it is lost with counts nothing.
bool Channel::open(Time deadline, Connection::Failure& failure) {
  if (protocol_.counts_greeting()) past_.begun += static_cast<uint64_t>(protocol_.greeting_and_probe().replies);
  current_ = Connection::open(loop_, address_, protocol_, timeout_, deadline, words_, failure);
  return current_ != nullptr;
}

Traffic Channel::traffic() const {
  Traffic all = past_;
  if (current_ != nullptr) all.add(current_->traffic());
  for (const std::unique_ptr<Connection>& connection : broken_) all.add(connection->traffic());
  return all;
}

Connection* Channel::reconnect(Time deadline) {
  while (current_ == nullptr || current_->is_broken()) {
    if (reconnecting_) {
      if (!loop_.wait(changed_, deadline)) return nullptr;
      continue;
    }
    if (loop_.now() >= deadline) return nullptr;
    struct Turn {
      explicit Turn(Channel& channel) : home(channel) {
        home.reconnecting_ = true;
        home.changed_.clear();
      }
      ~Turn() {
        home.reconnecting_ = false;
        home.changed_.set();
      }
      Channel& home;
    } turn(*this);
    attempt(deadline);
  }
  return current_.get();
}

// One try, after the pause that is due. Jitter (half to the whole of the pause) keeps many connections from coming
// back in one moment.
void Channel::attempt(Time deadline) {
  if (current_ != nullptr) broken_.push_back(std::move(current_));
  std::erase_if(broken_, [this](const std::unique_ptr<Connection>& connection) {
    if (!connection->is_in_use()) past_.add(connection->traffic());
    return !connection->is_in_use();
  });
  loop_.sleep_until(std::min(next_attempt_, deadline));
  if (loop_.now() >= deadline) return;
  Connection::Failure ignored;
  if (open(deadline, ignored)) {
    failures_ = 0;
  } else {
    failures_ = std::min(failures_ + 1, kDoublings);
  }
  const Duration pause = std::min(kLongestPause, kFirstPause * (1 << failures_));
  const double share = 0.5 + 0.5 * rng_.uniform();
  next_attempt_ = loop_.now() + Duration(static_cast<int64_t>(share * static_cast<double>(pause.count())));
}

}  // namespace hitbench
