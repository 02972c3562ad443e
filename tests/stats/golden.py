"""Golden values of the rank tests, by scipy (1.10.1, Debian's python3-scipy). The tests only need what it printed:

    python3 tests/stats/golden.py | clang-format > tests/stats/golden.h
"""
import itertools

import numpy
from scipy import stats

PAIRED = {
    "plain": [0.11, -0.02, 0.35, 0.08, -0.13, 0.21, 0.17, 0.29, -0.05, 0.42],
    "small": [0.3, 0.2, 0.5, -0.1, 0.4],
    "all above": [0.01 * i for i in range(1, 16)],
    "ties and zeros": [0.0, 0.1, 0.1, -0.1, 0.2, 0.0, 0.3, 0.3, -0.2, 0.4, 0.1],
    "thirty": [round(0.05 * numpy.sin(3.7 * i) + 0.011, 6) for i in range(1, 31)],
}
TWO_SAMPLES = {
    "rounds": ([10.1, 10.4, 9.8, 10.0, 10.3], [11.0, 10.9, 11.4, 10.2, 11.1]),
    "unequal sizes": ([3.1, 2.9, 3.3, 3.0, 3.4, 2.8, 3.2], [3.35, 3.6, 3.15]),
    "ties": ([1, 2, 2, 3, 5, 5], [2, 4, 5, 5, 6]),
    "many": ([round(10 + numpy.sin(i), 2) for i in range(40)],
             [round(10.4 + numpy.sin(2.3 * i), 2) for i in range(35)]),
}


def listed(values):
    return "{" + ", ".join(repr(float(value)) for value in values) + "}"


def row(name, *items):
    words = [item if isinstance(item, str) else repr(float(item)) for item in items]
    print(f'    {{"{name}", ' + ", ".join(words) + "},")


def signed_rank(values):
    """scipy's own exact test, or where there are ties or zeros all signs of Pratt's ranks by its permutation test."""
    if len(set(numpy.abs(values))) == len(values) and 0 not in values:
        test = lambda side: stats.wilcoxon(values, alternative=side, mode="exact")
        return test("greater").statistic, test("greater").pvalue, test("less").pvalue
    ranks = (numpy.sign(values) * stats.rankdata(numpy.abs(values)))[numpy.asarray(values) != 0]
    sum_above = lambda x, axis=-1: numpy.where(x > 0, x, 0).sum(axis=axis)
    test = lambda side: stats.permutation_test(
        (ranks,), sum_above, permutation_type="samples", n_resamples=numpy.inf, alternative=side, vectorized=True)
    return sum_above(ranks), test("greater").pvalue, test("less").pvalue


def mann_whitney(x, y):
    """Exact by all ways to deal the values out; for many of them scipy's normal approximation."""
    u = stats.mannwhitneyu(y, x, method="asymptotic").statistic
    if len(x) + len(y) > 60:
        test = lambda side: stats.mannwhitneyu(y, x, method="asymptotic", alternative=side).pvalue
        return u, test("greater"), test("less")
    if len(set(x + y)) == len(x + y):
        test = lambda side: stats.mannwhitneyu(y, x, method="exact", alternative=side).pvalue
        return u, test("greater"), test("less")
    ranks = stats.rankdata(x + y)
    sums = [sum(chosen) for chosen in itertools.combinations(ranks, len(y))]
    seen = sum(ranks[len(x):])
    return u, sum(s >= seen for s in sums) / len(sums), sum(s <= seen for s in sums) / len(sums)


print("// Printed by tests/stats/golden.py (scipy 1.10.1); not to be edited.\n#pragma once\n\n#include <vector>\n")
print("namespace hitbench::golden {\n\nusing Values = std::vector<double>;\n")
print("struct Paired {\n  const char* name;\n  Values values;\n  double sum, p_greater, p_less, hodges_lehmann;\n};")
print("inline const std::vector<Paired> kPaired = {")
for name, values in PAIRED.items():
    averages = [(a + b) / 2 for a, b in itertools.combinations_with_replacement(values, 2)]
    row(name, listed(values), *signed_rank(values), numpy.median(averages))
print("};\n\nstruct TwoSamples {\n  const char* name;\n  Values x, y;\n  double u, p_greater, p_less, shift;\n};")
print("inline const std::vector<TwoSamples> kTwoSamples = {")
for name, (x, y) in TWO_SAMPLES.items():
    row(name, listed(x), listed(y), *mann_whitney(x, y), numpy.median([b - a for a in x for b in y]))
print("};\n")
print("struct Quantile {\n  double p;\n  int degrees_of_freedom;")
print("  double normal, student;  // norm.ppf(p), t.ppf(p, degrees)\n};")
print("inline const std::vector<Quantile> kQuantiles = {")
for p, degrees in itertools.product((0.8, 0.95, 0.975, 0.99, 0.998), (5, 9, 14, 30)):
    print(f"    {{{p}, {degrees}, {stats.norm.ppf(p)!r}, {stats.t.ppf(p, degrees)!r}}},")
print("};\n\n// The ranks of binom.ppf(0.025, n, q) and binom.ppf(0.975, n, q) + 1, and the coverage between them.")
print("struct Order {\n  unsigned long count;\n  double quantile;\n  unsigned long low, high;\n  double coverage;\n};")
print("inline const std::vector<Order> kOrders = {")
for n, q in ((6, 0.5), (10, 0.5), (25, 0.5), (368, 0.99), (10_000, 0.99), (10_000, 0.999)):
    low, high = int(stats.binom.ppf(0.025, n, q)), int(stats.binom.ppf(0.975, n, q)) + 1
    coverage = stats.binom.cdf(high - 1, n, q) - stats.binom.cdf(low - 1, n, q)
    print(f"    {{{n}, {q}, {low}, {high}, {coverage!r}}},")
print("};\n\n}  // namespace hitbench::golden")
