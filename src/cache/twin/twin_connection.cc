#include "cache/twin/twin_connection.h"

#include <algorithm>
#include <utility>

#include "cache/server_words.h"

namespace hitbench {
namespace {

constexpr const char* kRefused = "Connection refused";
constexpr const char* kReset = "Connection reset by peer";

}  // namespace

void TwinContact::pay(Duration cost, Time deadline) {
  paid_until = std::max(paid_until, loop.now()) + cost;
  loop.sleep_until(std::max(loop.now(), std::min(paid_until, deadline)));
}

bool TwinContact::shake_hands(Time deadline) {
  const Duration rtt = server.setting().rtt;
  if (rtt == Duration{0}) return true;
  const bool in_time = rtt <= deadline - loop.now();
  loop.sleep_until(in_time ? loop.now() + rtt : deadline);
  if (!in_time) note_no_connection(words, "timed out while connecting");
  return in_time;
}

TwinConnection::TwinConnection(TwinContact& home) : home_(home), life_(home.server.life()) {
  home.server.add_link(*this);
}

TwinConnection::~TwinConnection() { home_.server.remove_link(*this); }

void TwinConnection::exchange(TwinRequest request, TwinWait& wait, Time deadline) {
  struct Place {
    Place(TwinConnection& connection, TwinWait& waits) : home(connection), wait(waits) {
      home.waiting_.push_back(&wait);
    }
    ~Place() {
      std::erase(home.waiting_, &wait);
      home.home_.server.leave(wait);
    }
    TwinConnection& home;
    TwinWait& wait;
  };
  if (is_closed_by_server()) return lose("");  // nothing of it was unread
  const uint64_t asked = std::max<uint64_t>(1, request.keys.size());
  const uint64_t answers = request.verb == TwinVerb::greet ? 0 : asked, heard_before = heard();
  const Place place(*this, wait);
  home_.server.send(std::move(request), wait, home_.loop.now());
  await(wait, heard_before, answers, deadline);
}

void TwinConnection::await(TwinWait& wait, uint64_t heard_before, uint64_t answers, Time deadline) {
  Loop& loop = home_.loop;
  while (!wait.lost) {
    const Time now = loop.now();
    if (now >= wait.reply_at) {
      home_.server.advance(now);
      ++heard_;
      silent_timeouts_ = 0;
      if (!wait.refusal.empty()) note_refusal(home_.words, wait.refusal);
      return;
    }
    if (now >= deadline) {
      timed_out(wait, heard_before, answers);
      break;
    }
    loop.wait(wait.changed, std::min(wait.reply_at, deadline));
    wait.changed.clear();
  }
  wait.reply = TwinReply::none;  // what the server may have answered has not arrived
}

// Late answers count as signs of life.
uint64_t TwinConnection::heard() {
  const Time now = home_.loop.now();
  const size_t came = std::erase_if(late_, [now](Time at) { return at <= now; });
  heard_ += came;
  if (came > 0) silent_timeouts_ = 0;
  return heard_;
}

void TwinConnection::timed_out(const TwinWait& wait, uint64_t heard_before, uint64_t answers) {
  if (answers > 0) note_timeouts(home_.words, answers);  // a greeting has words of its own
  const bool is_alive = heard() != heard_before;
  if (wait.reply_at != kNever) late_.push_back(wait.reply_at);
  if (is_alive) return;  // slow
  const Time now = home_.loop.now();
  if (silent_timeouts_++ == 0) silent_since_ = now;
  if (silent_timeouts_ >= Connection::kTimeoutsToBreak || now - silent_since_ >= home_.timeout) break_off();
}

// An answer that had left the server before it died still arrives.
void TwinConnection::server_died(Time now) {
  if (broken_ || life_ != home_.server.life()) return;
  bool waited = false;
  for (TwinWait* wait : waiting_) waited = waited || wait->served > now;
  if (!waited) return;
  note_lost(home_.words, kReset);
  broken_ = true;
  for (TwinWait* wait : waiting_) {
    if (wait->served <= now) continue;
    wait->lost = true;
    wait->changed.set();
  }
}

void TwinConnection::lose(const char* why) {
  note_lost(home_.words, why);
  break_off();
}

void TwinConnection::break_off() {
  broken_ = true;
  for (TwinWait* wait : waiting_) {
    wait->lost = true;
    wait->changed.set();
  }
}

TwinChannel::TwinChannel(TwinContact& home) : home_(home) {
  if (home.server.is_up()) current_ = std::make_shared<TwinConnection>(home);
}

std::shared_ptr<TwinConnection> TwinChannel::ready(Time deadline) {
  Loop& loop = home_.loop;
  while (!is_up()) {
    if (connecting_) {
      if (!loop.wait(changed_, deadline)) return nullptr;
      continue;
    }
    const Time now = loop.now();
    if (now >= deadline) return nullptr;
    if (home_.contact.is_refused(now)) {
      note_no_connection(home_.words, home_.contact.why());
      home_.pay(TwinContact::kPaused, deadline);
      return nullptr;
    }
    struct Turn {
      explicit Turn(TwinChannel& channel) : home(channel) {
        home.connecting_ = true;
        home.changed_.clear();
      }
      ~Turn() {
        home.connecting_ = false;
        home.changed_.set();
      }
      TwinChannel& home;
    } turn(*this);
    attempt(deadline);
  }
  return current_;
}

bool TwinChannel::is_up() {
  if (current_ == nullptr || current_->is_broken()) return false;
  if (looked_ == home_.contact.endings()) return true;
  looked_ = home_.contact.endings();
  if (!current_->is_closed_by_server()) return true;
  current_.reset();
  return false;
}

// Of a server that hangs the kernel takes the connection, but nobody answers the greeting.
void TwinChannel::attempt(Time deadline) {
  ServerContact& contact = home_.contact;
  Loop& loop = home_.loop;
  current_.reset();
  contact.connecting(loop.now());
  const auto refuse = [&](const char* why) {
    note_no_connection(home_.words, why);
    contact.refused(loop.now(), why);
    home_.pay(TwinContact::kAttempt, deadline);
  };
  if (!home_.shake_hands(deadline)) return contact.unanswered();
  if (!home_.server.is_up()) return refuse(kRefused);
  const auto connection = std::make_shared<TwinConnection>(home_);
  TwinWait wait;
  connection->exchange({.verb = TwinVerb::greet}, wait, deadline);
  if (wait.reply != TwinReply::none) {
    current_ = connection;
    contact.connected();
    looked_ = contact.endings();
  } else if (wait.lost) {
    refuse("it closed the connection");
  } else {
    note_no_connection(home_.words, "it accepts connections but does not answer");
    contact.unanswered();
  }
}

}  // namespace hitbench
