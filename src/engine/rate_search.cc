#include "engine/rate_search.h"

#include <cmath>

namespace hitbench {
namespace {

// Three digits: 0.5 % off at most, a tenth of the precision.
double readable(double rate) {
  const double unit = std::pow(10, std::floor(std::log10(rate)) - 2);
  return std::round(rate / unit) * unit;
}

class Search {
 public:
  Search(const RateSearch& search, const TryRate& keeps) : search_(search), keeps_(keeps) {}

  HighestRate run() {
    while (!stopped_ && tries_left_ > 0 && !is_found() && !is_none()) attempt(next());
    if (is_found()) return {.rate = low_->rate};
    return {.rate = {}, .none = !stopped_ && !doubted_ && is_none() && *broken_ <= search_.first};
  }

 private:
  // Below what broke: the highest rate that was kept so many times, or, with 0, that was too low to tell.
  struct Low {
    double rate;
    int kept;
  };

  bool is_found() const { return is_close() && low_->kept >= 2; }

  bool is_none() const { return is_close() ? low_->kept == 0 : broken_ && !low_ && next() < search_.lowest; }

  bool is_close() const { return low_ && broken_ && *broken_ <= low_->rate * (1 + search_.precision); }

  double next() const {
    if (!broken_) return low_ ? 2 * low_->rate : search_.first;
    if (is_close()) return low_->rate;  // once more, to confirm it
    return readable(low_ ? std::sqrt(low_->rate * *broken_) : *broken_ / 2);
  }

  void attempt(double rate) {
    const Tried first = once(rate);
    const bool again = first == Tried::broken && tries_left_ > 0;
    const Tried last = again ? once(rate) : first;
    if (last == Tried::kept) {
      low_ = {rate, low_ && low_->rate == rate && !again ? low_->kept + 1 : 1};
    } else if (last == Tried::too_low_to_tell) {
      doubted_ = doubted_ || (low_ && low_->kept > 0);
      low_ = {rate, 0};
    } else if (last == Tried::broken && again) {
      broken_ = rate;
      if (low_ && low_->rate >= rate) low_.reset();  // it was luck
    }
  }

  Tried once(double rate) {
    --tries_left_;
    const Tried tried = keeps_(rate);
    stopped_ = stopped_ || tried == Tried::stop;
    return tried;
  }

  const RateSearch search_;
  const TryRate& keeps_;
  std::optional<Low> low_;
  std::optional<double> broken_;
  int tries_left_ = search_.most_tries;
  bool stopped_ = false;
  bool doubted_ = false;  // a rate that was kept could not be told the second time
};

}  // namespace

HighestRate find_highest_rate(const RateSearch& search, const TryRate& keeps) { return Search(search, keeps).run(); }

}  // namespace hitbench
