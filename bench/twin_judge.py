"""How close a twin came: differences between what a server did and what its twin said, their bounds, and the report.

A difference is in points (of a ratio, times 100) or in percent of the real figure. A bound is met where the difference
is at most `must`, or the absolute difference at most `slack`, in the figure's own unit.
"""
import dataclasses
import math

MET, MISSED, SHOWN, SKIPPED, NOT_MEASURED = "met", "missed", "shown", "skipped", "not measured"
POINTS, PERCENT = "points", "percent"


@dataclasses.dataclass(frozen=True)
class Bound:
    kind: str
    must: float
    aim: float
    slack: float = 0.0


@dataclasses.dataclass(frozen=True)
class Row:
    """A figure of a cell. `show` makes words of a value; without a bound it is shown and not judged."""

    cell: str
    name: str
    real: float | None
    predicted: float | None
    difference: float | None
    bound: Bound | None
    show: str
    verdict: str

    @property
    def kind(self):
        return PERCENT if self.bound is None else self.bound.kind

    def words(self):
        def of(value):
            return "-" if value is None else self.show.format(value)

        def limit(value):
            return "" if self.bound is None else f"{value:g}"

        sign = "pt" if self.kind == POINTS else "%"
        apart = "-" if self.difference is None else f"{self.difference:.2f} {sign}"
        bounds = f"{limit(self.bound and self.bound.must):>6}{limit(self.bound and self.bound.aim):>6}"
        return f"  {self.name:<34}{of(self.real):>14}{of(self.predicted):>14}{apart:>12}{bounds}  {self.verdict}"


HEAD = f"  {'':<34}{'real':>14}{'predicted':>14}{'difference':>12}{'must':>6}{'aim':>6}  verdict"


def difference(real, predicted, kind):
    """How far the prediction is off, without a sign; None where a figure is missing."""
    if real is None or predicted is None:
        return None
    if kind == POINTS:
        return 100 * abs(predicted - real)
    if real == 0:
        return 0.0 if predicted == 0 else math.inf
    return 100 * abs(predicted / real - 1)


def verdict(apart, bound, absolute=math.inf):
    """`absolute` is the difference in the figure's own unit."""
    if apart is None:
        return NOT_MEASURED
    return MET if apart <= bound.must or absolute <= bound.slack else MISSED


def judged(cell, name, real, predicted, bound, show="{:,.0f}"):
    apart = difference(real, predicted, bound.kind)
    absolute = math.inf if apart is None else abs(predicted - real)
    return Row(cell, name, real, predicted, apart, bound, show, verdict(apart, bound, absolute))


def shown(cell, name, real, predicted, show="{:,.0f}"):
    return Row(cell, name, real, predicted, difference(real, predicted, PERCENT), None, show, SHOWN)


def judged_mean(cell, name, pairs, bound, show="{:,.0f}"):
    """Several (real, predicted) figures by the mean of their differences; what is printed are their means."""
    parts = [difference(real, predicted, bound.kind) for real, predicted in pairs]
    if not parts or None in parts:
        return Row(cell, name, None, None, None, bound, show, NOT_MEASURED)
    real, predicted = (sum(each) / len(pairs) for each in zip(*pairs))
    apart = sum(parts) / len(parts)
    return Row(cell, name, real, predicted, apart, bound, show, verdict(apart, bound))


def skipped(cell, why):
    return Row(cell, why, None, None, None, None, "{}", SKIPPED)


def turnover(entries, evictions, seconds):
    """The time, in s, in which a cache evicts as many entries as it holds; None where it evicts nothing."""
    return entries * seconds / evictions if evictions else None


def conclusion(rows):
    """The first sentence, and the exit code: 1 where a must is missed, 4 where one could not be measured."""
    counts = {word: sum(row.verdict == word for row in rows) for word in (MET, MISSED, NOT_MEASURED, SKIPPED)}
    total = len(rows) - counts[SKIPPED] - sum(row.verdict == SHOWN for row in rows)
    at_aim = sum(row.verdict == MET and row.difference <= row.bound.aim for row in rows)
    words = f"{counts[MET]} of {total} figures are within what they must be, {at_aim} within the aim"
    if counts[MISSED]:
        words += f"; {counts[MISSED]} missed"
    if counts[NOT_MEASURED]:
        words += f"; {counts[NOT_MEASURED]} not measured"
    if counts[SKIPPED]:
        words += f"; {counts[SKIPPED]} cells skipped"
    code = 1 if counts[MISSED] else 4 if counts[NOT_MEASURED] or not total else 0
    return words + ".", code


def group_words(title, rows):
    """A line for each unit in which figures of a group were judged: how many are met, and the worst. What is judged in
    points is a hit ratio."""
    lines = []
    others = "other figures" if any(row.kind == POINTS for row in rows) else "figures"
    for kind, unit, what in ((POINTS, "points", "hit ratios"), (PERCENT, "%", others)):
        of_kind = [row for row in rows if row.bound is not None and row.kind == kind]
        apart = [row.difference for row in of_kind if row.difference is not None]
        if apart:
            met = sum(row.verdict == MET for row in of_kind)
            lines.append(f"  {title}: {met} of {len(of_kind)} {what} met, at most {max(apart):.2f} {unit} off")
    return lines
