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

  std::optional<double> run() {
    for (double rate = search_.first; goes_on(rate); rate = next()) attempt(rate);
    return is_found() ? std::optional<double>(kept_->rate) : std::nullopt;
  }

 private:
  struct Kept {
    double rate;
    int times;
  };

  bool goes_on(double rate) const { return !interrupted_ && tries_left_ > 0 && rate >= search_.lowest && !is_found(); }

  bool is_found() const { return is_close() && kept_->times >= 2; }

  bool is_close() const { return kept_ && broken_ && *broken_ <= kept_->rate * (1 + search_.precision); }

  double next() const {
    if (is_close()) return kept_->rate;  // once more, to confirm it
    if (!broken_) return 2 * kept_->rate;
    return readable(kept_ ? std::sqrt(kept_->rate * *broken_) : *broken_ / 2);
  }

  void attempt(double rate) {
    const std::optional<bool> first = once(rate);
    const bool again = first && !*first && tries_left_ > 0;
    const std::optional<bool> last = again ? once(rate) : first;
    if (!last) return;
    if (*last) {
      kept_ = {rate, kept_ && kept_->rate == rate && !again ? kept_->times + 1 : 1};
    } else if (again) {
      broken_ = rate;
      if (kept_ && kept_->rate >= rate) kept_.reset();  // it was luck
    }
  }

  std::optional<bool> once(double rate) {
    --tries_left_;
    const std::optional<bool> kept = keeps_(rate);
    interrupted_ = interrupted_ || !kept;
    return kept;
  }

  const RateSearch search_;
  const TryRate& keeps_;
  std::optional<Kept> kept_;
  std::optional<double> broken_;
  int tries_left_ = search_.most_tries;
  bool interrupted_ = false;
};

}  // namespace

std::optional<double> find_highest_rate(const RateSearch& search, const TryRate& keeps) {
  return Search(search, keeps).run();
}

}  // namespace hitbench
