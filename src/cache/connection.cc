#include "cache/connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "cache/server_words.h"

namespace hitbench {
namespace {

constexpr size_t kReadBytes = 16 * 1024;
constexpr size_t kBelievedBytes = 1 << 20;
constexpr size_t kFirstPending = 32;
// A connection counts as shared until this many requests in a row had it for themselves.
constexpr uint32_t kCrowdMemory = 64;

Connection::Failure unwelcome(const ServerReply& reply, Tally& words) {
  const std::string answer(reply.kind == ServerReply::Kind::error ? reply.value : Bytes());
  if (answer.empty()) return {"it speaks another protocol", note_no_connection(words, "it speaks another protocol")};
  note_refusal(words, answer);
  return {"it answers \"" + answer + "\"", remedy_for(answer)};
}

}  // namespace

Connection::Waiter::Waiter(Connection& connection, size_t count)
    : home(connection), place(connection.next_), left(count), heard(connection.heard_) {
  for (size_t i = 0; i < count; ++i) {
    if (connection.next_ - connection.first_ == connection.pending_.size()) connection.grow_pending();
    connection.slot(connection.next_++) = this;
  }
  ++connection.inside_;
}

Connection::Waiter::~Waiter() {
  leave();
  --home.inside_;
}

void Connection::Waiter::leave() {
  for (; left > 0; --left) home.slot(place++) = nullptr;
}

Connection::Connection(Loop& loop, const Protocol& protocol, Duration timeout, Socket socket, Tally& words)
    : loop_(loop),
      protocol_(protocol),
      timeout_(timeout),
      words_(words),
      socket_(std::move(socket)),
      watch_(loop.watch(socket_.fd())),
      in_(kReadBytes),
      pending_(kFirstPending) {}

std::unique_ptr<Connection> Connection::open_unasked(Loop& loop, const Address& address, const Protocol& protocol,
                                                     Duration timeout, Time deadline, Tally& words, Failure& failure) {
  Connected connected = connect(loop, address, deadline);
  if (!connected.socket.is_open()) {
    failure = {connected.error, note_no_connection(words, connected.reason), connected.timed_out};
    return nullptr;
  }
  std::unique_ptr<Connection> connection(new Connection(loop, protocol, timeout, std::move(connected.socket), words));
  Protocol::Greeting greeting = protocol.greeting();
  connection->out_ = std::move(greeting.request);
  connection->greetings_ = greeting.replies;
  return connection;
}

std::unique_ptr<Connection> Connection::open(Loop& loop, const Address& address, const Protocol& protocol,
                                             Duration timeout, Time deadline, Tally& words, Failure& failure) {
  std::unique_ptr<Connection> connection = open_unasked(loop, address, protocol, timeout, deadline, words, failure);
  if (connection == nullptr || connection->greet(deadline, failure)) return connection;
  failure.error = address.text() + ": " + failure.error;
  return nullptr;
}

bool Connection::greet(Time deadline, Failure& failure) {
  const auto refuse = [&](const std::string& why, bool timed_out) {
    failure = {why, note_no_connection(words_, why), timed_out};
    return false;
  };
  out_ += protocol_.probe();
  ++greetings_;
  if (!write_out(deadline)) return refuse("it does not read what it is sent", loop_.now() >= deadline);
  while (greetings_ > 0) {
    const bool in_time = read_some(deadline);
    if (in_time && !broken_) continue;
    if (unwelcome_.error.empty()) {
      return refuse(in_time ? "it closed the connection" : "it accepts connections but does not answer", !in_time);
    }
    failure = unwelcome_;
    return false;
  }
  return true;
}

// False: they have not all come yet, or one of them was no welcome.
bool Connection::take_greetings() {
  for (; greetings_ > 0; --greetings_) {
    const ServerReply reply = protocol_.parse({in_.data() + in_begin_, in_end_ - in_begin_});
    if (reply.kind == ServerReply::Kind::incomplete) {
      make_room(reply.bytes);
      return false;
    }
    if (reply.kind != ServerReply::Kind::stored) {
      unwelcome_ = unwelcome(reply, words_);
      break_off();
      return false;
    }
    in_begin_ += reply.bytes;
  }
  return true;
}

bool Connection::is_closed_by_server() const {
  pollfd entry{socket_.fd(), POLLRDHUP, 0};
  return ::poll(&entry, 1, 0) > 0;
}

Connection::Answer Connection::exchange(Time deadline, std::string& value) {
  Waiter mine(*this, 1);
  mine.value = &value;
  perform(mine, deadline);
  return mine.answer;
}

void Connection::exchange_many(size_t count, Time deadline, const Each& each) {
  Waiter mine(*this, count);
  mine.each = &each;
  perform(mine, deadline);
}

void Connection::perform(Waiter& mine, Time deadline) {
  if (next_ - first_ > mine.left) {
    crowd_ = kCrowdMemory;
  } else if (crowd_ > 0) {
    --crowd_;
  }
  if (!writing_) send_all(mine, deadline);
  await(mine, deadline);
}

// In a crowd the first to come waits one turn, so that the others' requests go into the same send.
void Connection::send_all(const Waiter& mine, Time deadline) {
  struct Turn {
    explicit Turn(bool& flag) : busy(flag) { busy = true; }
    ~Turn() { busy = false; }
    bool& busy;
  } turn(writing_);
  if (crowd_ > 0) loop_.yield();
  if (mine.done || broken_) return;
  if (write_out(deadline)) return;
  if (!broken_) note_timeouts(words_, 1);
  break_off();
}

bool Connection::write_out(Time deadline) {
  while (sent_ < out_.size() && !broken_) {
    const ssize_t count = ::send(socket_.fd(), out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
    if (count >= 0) {
      sent_ += static_cast<size_t>(count);
    } else if (errno == EAGAIN) {
      if (!loop_.wait_writable(*watch_, deadline)) return false;
    } else if (errno != EINTR) {
      lose(errno);
      return false;
    }
  }
  out_.clear();
  sent_ = 0;
  return true;
}

void Connection::await(Waiter& mine, Time deadline) {
  struct Lead {
    explicit Lead(Connection& connection) : home(connection) { home.reading_ = true; }
    ~Lead() { home.reading_ = false; }
    Connection& home;
  };
  bool in_time = true;
  while (!mine.done && in_time) {
    if (!reading_) {
      const Lead lead(*this);
      do {
        in_time = read_some(deadline);
      } while (!mine.done && in_time);
    } else {
      mine.event.clear();
      mine.follows = true;
      in_time = loop_.wait(mine.event, deadline);
      mine.follows = false;
    }
  }
  if (!mine.done) timed_out(mine);
  if (!reading_ && first_ != next_) pass_on_reading();
}

// Waits for bytes and hands out the replies in them. False: the deadline passed first.
bool Connection::read_some(Time deadline) {
  if (broken_) return false;
  if (!more_ && !loop_.wait_readable(*watch_, deadline)) return false;
  if (broken_) return true;
  if (in_begin_ == in_end_) in_begin_ = in_end_ = 0;
  if (in_end_ == in_.size()) make_room(0);
  const size_t room = in_.size() - in_end_;
  const ssize_t count = ::recv(socket_.fd(), in_.data() + in_end_, room, 0);
  more_ = count > 0 && static_cast<size_t>(count) == room;
  if (count > 0) {
    in_end_ += static_cast<size_t>(count);
    ++heard_;
    silent_timeouts_ = 0;
    deliver();
  } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
    lose(count == 0 ? 0 : errno);
  }
  return true;
}

void Connection::deliver() {
  if (greetings_ > 0 && !take_greetings()) return;
  while (first_ != next_ && in_begin_ < in_end_) {
    __builtin_prefetch(slot(first_ + 1), 1);  // on another fiber's stack
    const ServerReply reply = protocol_.parse({in_.data() + in_begin_, in_end_ - in_begin_});
    if (reply.kind == ServerReply::Kind::incomplete) return make_room(reply.bytes);
    if (reply.kind == ServerReply::Kind::malformed) {
      note_malformed(words_, {in_.data() + in_begin_, in_end_ - in_begin_});
      return break_off();
    }
    if (reply.kind == ServerReply::Kind::error) [[unlikely]] {
      note_refusal(words_, reply.value);
      ++refused_;
    }
    in_begin_ += reply.bytes;
    Waiter* const waiter = slot(first_++);
    if (waiter != nullptr) complete(*waiter, reply);
  }
  // An answer to nothing would be taken for that to the next request.
  if (first_ == next_ && in_begin_ < in_end_) {
    note_malformed(words_, {in_.data() + in_begin_, in_end_ - in_begin_});
    break_off();
  }
}

void Connection::complete(Waiter& waiter, const ServerReply& reply) {
  ++waiter.place;
  waiter.answer = {reply.kind, reply.version};
  if (waiter.each != nullptr) {
    (*waiter.each)(reply);
  } else if (reply.kind == ServerReply::Kind::value) {
    waiter.value->assign(reply.value);
  } else if (reply.kind == ServerReply::Kind::error && !reply.value.empty()) {
    waiter.answer.refused = true;
    waiter.value->assign(reply.value);
  }
  if (--waiter.left > 0) return;
  waiter.done = true;
  if (waiter.follows) waiter.event.set();
}

// Room for `wanted` bytes from in_begin_ on, and for at least one more. Beyond kBelievedBytes it grows as they come:
// what a server only announces costs no memory.
void Connection::make_room(size_t wanted) {
  if (in_begin_ > 0) {
    std::memmove(in_.data(), in_.data() + in_begin_, in_end_ - in_begin_);
    in_end_ -= in_begin_;
    in_begin_ = 0;
  }
  if (wanted > in_.size() && in_.size() < kBelievedBytes) in_.resize(std::min(wanted, kBelievedBytes));
  if (in_end_ == in_.size()) in_.resize(2 * in_.size());
}

void Connection::timed_out(Waiter& waiter) {
  const size_t missing = waiter.left;
  note_timeouts(words_, missing);
  waiter.leave();
  for (size_t i = 0; i < missing && waiter.each != nullptr; ++i) (*waiter.each)({.kind = ServerReply::Kind::error});
  if (waiter.heard != heard_) return;  // slow, but alive
  const Time now = loop_.now();
  if (silent_timeouts_++ == 0) silent_since_ = now;
  if (silent_timeouts_ >= kTimeoutsToBreak || now - silent_since_ >= timeout_) break_off();
}

// The reader leaves: the first of those who sleep takes over.
void Connection::pass_on_reading() {
  for (uint64_t place = first_; place != next_; ++place) {
    Waiter* const waiter = slot(place);
    if (waiter == nullptr || !waiter->follows) continue;
    waiter->event.set();
    return;
  }
}

void Connection::grow_pending() {
  std::vector<Waiter*> larger(2 * pending_.size());
  for (uint64_t place = first_; place != next_; ++place) larger[place & (larger.size() - 1)] = slot(place);
  pending_ = std::move(larger);
}

void Connection::fail_pending() {
  while (first_ != next_) {
    if (Waiter* const waiter = slot(first_++)) complete(*waiter, {.kind = ServerReply::Kind::error});
  }
}

// The server, or what lies between, has ended the connection; 0: in an orderly way.
void Connection::lose(int error) {
  if (broken_) return;
  note_lost(words_, error == 0 ? "" : std::strerror(error));
  break_off();
}

// Fibers may still wait on the watch: the hang-up wakes them, and the last one to leave closes the descriptor.
void Connection::break_off() {
  if (broken_) return;
  broken_ = true;
  answered_ = first_;
  ::shutdown(socket_.fd(), SHUT_RDWR);
  fail_pending();
}

}  // namespace hitbench
