#include "metrics/recorder.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"
#include "metrics/bytes.h"

namespace hitbench {
namespace {

bool is_hit(Outcome end) { return end == Outcome::fresh_hit || end == Outcome::stale_hit || end == Outcome::null_hit; }

void add_to(Recorder::Mean& mean, Duration duration) {
  if (duration < Duration{0}) return;
  ++mean.count;
  mean.sum_ns += duration.count();
}

}  // namespace

Recorder::Recorder(Time start, int seconds) : start_(start), seconds_(std::max(1, seconds)), current_start_(start) {}

void Recorder::move_to(Time finished) {
  const int64_t passed = (finished - start_).count() / static_cast<int64_t>(kSecondNs);
  current_ = static_cast<size_t>(std::clamp<int64_t>(passed, 0, seconds_ - 1));
  current_start_ = start_ + std::chrono::seconds(current_);
  if (current_ >= tallies_.size()) tallies_.resize(current_ + 1);
}

void Recorder::record(const Sample& sample) {
  Tally& tally = tally_of(sample.finished);
  if (sample.kind == OperationKind::read) {
    record_read(sample, tally);
  } else {
    KindCounts& counts = tally.others[static_cast<size_t>(sample.kind)];
    ++counts.operations;
    counts.failed += !sample.ok;
  }
  record_latencies(sample);
  if (sample.answered()) {
    tally.max_response_ns = std::max<int64_t>(tally.max_response_ns, sample.response.count());
  } else {
    tally.injected += sample.injected;
  }
}

void Recorder::record_read(const Sample& sample, Tally& tally) {
  ++tally.reads[static_cast<size_t>(sample.end)];
  tally.first_halves += sample.goes_on;
  if (sample.check) record_check(*sample.check);
  if (is_hit(sample.end)) {
    add_to(hit_service_, sample.service);
  } else if (sample.end == Outcome::miss) {
    ++tally.misses[static_cast<size_t>(sample.reason)];
    add_to(miss_service_, sample.service);
    add_to(load_, sample.load);
    record_loaded(sample.response);
  } else if (sample.end == Outcome::coalesced) {
    record_loaded(sample.response);
  } else if (sample.end == Outcome::failed) {
    corrupt_ += sample.corrupt;
    tally.failed_loads += sample.load >= Duration{0};
  }
}

void Recorder::record_loaded(Duration response) {
  if (response >= Duration{0}) loaded_.record(response.count());
}

void Recorder::record_check(ReadCheck check) {
  dirty_ += check.dirty;
  non_monotonic_ += check.non_monotonic;
  unchecked_ += check.unchecked;
  if (check.staleness < Duration{0}) return;
  staleness_.record(check.staleness.count());
  max_staleness_ns_ = std::max<int64_t>(max_staleness_ns_, check.staleness.count());
}

void Recorder::record_latencies(const Sample& sample) {
  Kept& kept = kept_[static_cast<size_t>(sample.kind)];
  if (sample.gen_late >= Duration{0}) kept.gen_late.record(sample.gen_late.count());
  if (!sample.answered()) {
    if (sample.response >= Duration{0}) kept.failed.record(sample.response.count());
    return;
  }
  const bool equal = sample.response == sample.service;
  if (sample.response >= Duration{0}) {
    (equal ? kept.both : kept.response).record(sample.response.count());
    const auto kind = static_cast<size_t>(sample.kind);
    if (kind < tails_.size()) tails_[kind].record(current_, sample.response.count());
  }
  if (sample.service >= Duration{0} && !equal) kept.service.record(sample.service.count());
}

Recorder::Latency Recorder::latency(OperationKind kind) const {
  const Kept& kept = kept_[static_cast<size_t>(kind)];
  Latency latency{.response = kept.both, .service = kept.both, .gen_late = kept.gen_late, .failed = kept.failed};
  latency.response.merge(kept.response);
  latency.service.merge(kept.service);
  return latency;
}

Second Recorder::Tally::second() const {
  const auto ended = [&](Outcome end) { return reads[static_cast<size_t>(end)]; };
  Second second{.hits = ended(Outcome::fresh_hit) + ended(Outcome::stale_hit) + ended(Outcome::null_hit),
                .reads = std::accumulate(reads.begin(), reads.end(), uint64_t{0}),
                .failed_reads = ended(Outcome::failed),
                .injected = injected,
                .origin_loads = ended(Outcome::miss) + failed_loads,  // who coalesces waits for another's load
                .expired = misses[static_cast<size_t>(MissCause::expired)],
                .evicted = misses[static_cast<size_t>(MissCause::evicted)],
                .max_response_ns = max_response_ns};
  second.operations = second.reads - first_halves;
  second.failed = second.failed_reads;
  for (const KindCounts& counts : others) {
    second.operations += counts.operations;
    second.failed += counts.failed;
  }
  return second;
}

KindCounts Recorder::counts(OperationKind kind) const {
  KindCounts sum;
  for (const Tally& tally : tallies_) {
    const Second second = tally.second();
    const KindCounts& other = tally.others[static_cast<size_t>(kind)];
    const bool reads = kind == OperationKind::read;
    sum.operations += reads ? second.reads : other.operations;
    sum.failed += reads ? second.failed_reads : other.failed;
  }
  return sum;
}

uint64_t Recorder::reads(Outcome end) const {
  uint64_t sum = 0;
  for (const Tally& tally : tallies_) sum += tally.reads[static_cast<size_t>(end)];
  return sum;
}

uint64_t Recorder::misses(MissCause reason) const {
  uint64_t sum = 0;
  for (const Tally& tally : tallies_) sum += tally.misses[static_cast<size_t>(reason)];
  return sum;
}

std::vector<Second> Recorder::series() const {
  std::vector<Second> series;
  for (const Tally& tally : tallies_) series.push_back(tally.second());
  return series;
}

template <class Self, class Number>
void Recorder::visit_scalars(Self& self, Number number) {
  number(self.corrupt_);
  number(self.dirty_);
  number(self.non_monotonic_);
  number(self.unchecked_);
  for (auto* mean : {&self.hit_service_, &self.miss_service_, &self.load_}) {
    number(mean->count);
    number(mean->sum_ns);
  }
}

template <class Self, class Each>
void Recorder::visit_histograms(Self& self, Each each) {
  for (auto& kept : self.kept_) {
    each(kept.both);
    each(kept.response);
    each(kept.service);
    each(kept.gen_late);
    each(kept.failed);
  }
  each(self.staleness_);
  each(self.loaded_);
}

// All but the maximum, which is not a sum.
template <class T, class Number>
void Recorder::visit_counts(T& tally, Number number) {
  for (auto& reads : tally.reads) number(reads);
  for (auto& counts : tally.others) {
    number(counts.operations);
    number(counts.failed);
  }
  number(tally.first_halves);
  number(tally.failed_loads);
  number(tally.injected);
  for (auto& misses : tally.misses) number(misses);
}

void Recorder::merge(const Recorder& other) {
  std::vector<int64_t> numbers;
  const auto collect = [&](const auto& number) { numbers.push_back(static_cast<int64_t>(number)); };
  size_t next = 0;
  const auto add = [&](auto& number) {
    number += static_cast<std::remove_reference_t<decltype(number)>>(numbers[next++]);
  };
  visit_scalars(other, collect);
  visit_scalars(*this, add);

  for (size_t i = 0; i < kept_.size(); ++i) {
    kept_[i].both.merge(other.kept_[i].both);
    kept_[i].response.merge(other.kept_[i].response);
    kept_[i].service.merge(other.kept_[i].service);
    kept_[i].gen_late.merge(other.kept_[i].gen_late);
    kept_[i].failed.merge(other.kept_[i].failed);
  }
  staleness_.merge(other.staleness_);
  loaded_.merge(other.loaded_);
  max_staleness_ns_ = std::max(max_staleness_ns_, other.max_staleness_ns_);
  seconds_ = std::max(seconds_, other.seconds_);
  tallies_.resize(std::max(tallies_.size(), other.tallies_.size()));
  for (size_t i = 0; i < other.tallies_.size(); ++i) {
    numbers.clear();
    next = 0;
    visit_counts(other.tallies_[i], collect);
    visit_counts(tallies_[i], add);
    tallies_[i].max_response_ns = std::max(tallies_[i].max_response_ns, other.tallies_[i].max_response_ns);
  }
  for (size_t i = 0; i < tails_.size(); ++i) tails_[i].merge(other.tails_[i]);
}

std::string Recorder::to_bytes() const {
  std::string out;
  const auto put = [&](const auto& number) { append_number(out, static_cast<uint64_t>(number)); };
  put(start_.time_since_epoch().count());
  put(seconds_);
  visit_scalars(*this, put);
  visit_histograms(*this, [&](const Histogram& histogram) { histogram.append_bytes(out); });
  put(max_staleness_ns_);
  put(tallies_.size());
  for (const Tally& tally : tallies_) {
    visit_counts(tally, put);
    put(tally.max_response_ns);
  }
  for (const SecondTails& tails : tails_) tails.append_bytes(out);
  return out;
}

Recorder Recorder::from_bytes(std::string_view bytes) {
  const Time start{Duration(static_cast<int64_t>(take_number(bytes)))};
  Recorder recorder(start, static_cast<int>(take_number(bytes)));
  const auto take = [&](auto& number) {
    number = static_cast<std::remove_reference_t<decltype(number)>>(take_number(bytes));
  };
  visit_scalars(recorder, take);
  visit_histograms(recorder, [&](Histogram& histogram) { histogram = Histogram::take_bytes(bytes); });
  take(recorder.max_staleness_ns_);
  const uint64_t seconds = take_number(bytes);
  CHECK(seconds <= static_cast<uint64_t>(recorder.seconds_));
  recorder.tallies_.resize(seconds);
  for (Tally& tally : recorder.tallies_) {
    visit_counts(tally, take);
    take(tally.max_response_ns);
  }
  for (SecondTails& tails : recorder.tails_) tails = SecondTails::take_bytes(bytes);
  CHECK(bytes.empty());
  return recorder;
}

}  // namespace hitbench
