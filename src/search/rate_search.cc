#include "search/rate_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.h"

namespace hitbench {
namespace {

constexpr int kMostDisturbed = 3;      // tries of one rate
constexpr int kMostUnclearInARow = 4;  // rates, and none below is kept: a machine that disturbs all would take them all

// Three digits: 0.5 % off at most, a tenth of the precision.
double readable(double rate) {
  const double unit = std::pow(10, std::floor(std::log10(rate)) - 2);
  return std::round(rate / unit) * unit;
}

struct OfRate {
  int kept = 0, broken = 0, disturbed = 0;
  std::string why;  // of the last disturbance

  bool is_unclear() const { return disturbed > kept + broken; }
};

}  // namespace

std::string disturbed_words(const std::vector<PastTry>& tries) {
  std::map<double, OfRate> rates;
  for (const PastTry& past : tries) {
    if (past.tried == Tried::kept) ++rates[past.rate].kept;
    if (past.tried == Tried::broken) ++rates[past.rate].broken;
    if (past.tried != Tried::disturbed) continue;
    ++rates[past.rate].disturbed;
    rates[past.rate].why = past.why;
  }
  std::string words;
  for (const auto& [rate, of] : rates) {
    if (!of.is_unclear() && of.broken > 0) break;
    if (!of.is_unclear()) continue;
    const int all = of.kept + of.broken + of.disturbed;
    words += words.empty() ? fmt::format("this machine disturbed {} of {} at {:g}/s (the last: {})", of.disturbed,
                                         counted(all, "measurement"), rate, of.why)
                           : fmt::format(", {} of {} at {:g}/s", of.disturbed, all, rate);
  }
  return words;
}

void RateSearch::tell(Tried tried) {
  --tries_left_;
  stopped_ = tried == Tried::stop;
  const bool once_more =
      (tried == Tried::broken && ++breaks_ < 2) || (tried == Tried::disturbed && ++disturbances_ < kMostDisturbed);
  if (!stopped_ && !once_more) settle(tried);
  if (has_ended()) {
    next_.reset();
  } else if (!once_more) {
    next_ = choose();
  }
}

// Its tries have told what there is to know of the rate.
void RateSearch::settle(Tried tried) {
  const double rate = *next_;
  if (tried != Tried::disturbed) {
    unclear_in_a_row_ = 0;
  } else if (!unclear_ || unclear_->rate != rate) {  // a second chance is of the same rate
    ++unclear_in_a_row_;
  }
  switch (tried) {
    case Tried::kept:
      low_ = Low{rate, low_ && low_->rate == rate && breaks_ == 0 ? low_->kept + 1 : 1};
      if (unclear_ && unclear_->rate <= rate) unclear_.reset();
      break;
    case Tried::too_low_to_tell:
      doubted_ = doubted_ || (low_ && low_->kept > 0);
      low_ = Low{rate, 0};
      if (unclear_ && unclear_->rate <= rate) unclear_.reset();
      break;
    case Tried::broken:
      broken_ = rate;
      if (low_ && low_->rate >= rate) low_.reset();  // it was luck
      if (unclear_ && unclear_->rate >= rate) unclear_.reset();
      break;
    case Tried::disturbed:
      if (!low_ || low_->rate < rate) unclear_ = Unclear{rate, unclear_ && unclear_->rate == rate};
      break;
    case Tried::stop:
      break;
  }
  breaks_ = disturbances_ = 0;
}

bool RateSearch::has_ended() const {
  if (stopped_ || tries_left_ <= 0) return true;
  if (unclear_in_a_row_ >= kMostUnclearInARow && !keeps_some()) return true;
  return !gets_second_chance() && (is_found() || is_none());
}

std::optional<double> RateSearch::ceiling() const {
  if (unclear_ && broken_) return std::min(unclear_->rate, *broken_);
  return unclear_ ? unclear_->rate : broken_;
}

double RateSearch::choose() const {
  if (gets_second_chance()) return unclear_->rate;
  const std::optional<double> above = ceiling();
  if (!above) return low_ ? 2 * low_->rate : limits_.first;
  if (is_close()) return low_->rate;  // once more, to confirm it
  return readable(low_ ? std::sqrt(low_->rate * *above) : *above / 2);
}

HighestRate RateSearch::result() const {
  if (is_found()) return {.rate = low_->rate};
  const bool told = !stopped_ && !doubted_ && !unclear_;
  return {.rate = {}, .none = told && is_none() && *broken_ <= limits_.first};
}

}  // namespace hitbench
