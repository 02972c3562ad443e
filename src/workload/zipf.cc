#include "workload/zipf.h"

#include "base/math.h"

// Rejection-inversion: W. Hoermann and G. Derflinger, "Rejection-inversion to generate variates from monotone discrete
// distributions", ACM TOMACS 6(3), 1996. The histogram k^-theta lies, bar by bar, in the area below x^-theta over
// (k - 1/2, k + 1/2); a uniform point of that area is inverted to an x, rounded to k, and kept if it lies in the last
// k^-theta of the bar's area. Nearly every draw is kept at once. Logarithms and powers are base/math.h's.
namespace hitbench {

Zipf::Zipf(uint64_t count, double theta) : count_(static_cast<double>(count)), theta_(theta), q_(1 - theta) {
  area_low_ = integral(1.5) - 1;  // the first bar is cut to the area 1 that it needs
  area_high_ = integral(count_ + 0.5);
  sure_ = 2 - inverse(integral(2.5) - portable::pow(2, -theta_));
  zeta_ = zeta();
  for (uint64_t rank = 1; rank <= kHead; ++rank) head_[rank - 1] = bound(rank);
}

// Of x^-theta from 1 to x: (x^q - 1) / q, and log x for q = 0; expm1 keeps every digit in between.
double Zipf::integral(double x) const {
  const double log_x = portable::log(x);
  return q_ == 0 ? log_x : portable::expm1(q_ * log_x) / q_;
}

double Zipf::inverse(double area) const { return portable::exp(q_ == 0 ? area : portable::log1p(q_ * area) / q_); }

// Where the part of a bar's area begins that stands for its rank.
double Zipf::bound(uint64_t rank) const {
  const double k = static_cast<double>(rank);
  return integral(k + 0.5) - portable::pow(k, -theta_);
}

uint64_t Zipf::draw(Rng& rng) const {
  for (;;) {
    const double area = area_high_ + rng.uniform() * (area_low_ - area_high_);
    const double x = inverse(area);
    double k = 1;
    if (x >= count_) {
      k = count_;
    } else if (x >= 1.5) {
      k = static_cast<double>(static_cast<uint64_t>(x + 0.5));
    }
    const uint64_t rank = static_cast<uint64_t>(k);
    // `sure_` is a distance from the rank within which a point is always kept (the paper's s).
    if (k - x <= sure_ || area >= (rank <= kHead ? head_[rank - 1] : bound(rank))) return rank;
  }
}

double Zipf::probability(uint64_t rank) const { return portable::pow(static_cast<double>(rank), -theta_) / zeta_; }

// The sum of k^-theta for k = 1 .. count: the first terms one by one, the rest by Euler and Maclaurin's formula with
// the terms B2, B4 and B6 (Abramowitz and Stegun 23.1.30). From 64 on, what is left out is below 1e-16 of the sum.
double Zipf::zeta() const {
  constexpr double kFrom = 64;
  const double direct_end = count_ < kFrom ? count_ + 1 : kFrom;
  double sum = 0;
  for (double k = direct_end - 1; k >= 1; --k) sum += portable::pow(k, -theta_);
  if (count_ < kFrom) return sum;
  const auto corrections = [&](double x) {
    const double f1 = theta_ / x;
    const double f3 = f1 * (theta_ + 1) * (theta_ + 2) / (x * x);
    const double f5 = f3 * (theta_ + 3) * (theta_ + 4) / (x * x);
    return portable::pow(x, -theta_) * (f1 / 12 - f3 / 720 + f5 / 30240);
  };
  const double ends = (portable::pow(kFrom, -theta_) + portable::pow(count_, -theta_)) / 2;
  return sum + (integral(count_) - integral(kFrom)) + ends + corrections(kFrom) - corrections(count_);
}

}  // namespace hitbench
