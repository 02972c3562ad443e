"""Times of hits in open loops, real against predicted. They are shown and not judged: what they need is a machine that
does nothing else, ten rounds, and a calibration of its own."""
import statistics

from twin_cells import LATENCY_SHARES, latency_scenario
from twin_judge import HEAD, shown
from twin_runs import Failed

PERCENTILES = ("p50_ns", "p99_ns")


def times(run):
    """Percentiles of hits' responses, in µs."""
    response = run["latency"]["read"]["response"]
    return {name: response[name] / 1000 for name in PERCENTILES if response.get(name) is not None}


def of_rounds(kind, share, reals, predicted, print_to):
    """Rows of one share of the capacity: the median of the rounds against the twin, and the rounds' extremes."""
    rows = []
    for name in PERCENTILES:
        values = [each[name] for each in reals if name in each]
        if not values or name not in predicted:
            continue
        words = f"{kind}, {share} %: {name[:3]}, µs"
        rows.append(shown("times of hits", words, statistics.median(values), predicted[name], "{:,.0f}"))
        print_to(f"{rows[-1].words()}; real {min(values):,.0f} to {max(values):,.0f}")
    return rows


def measure(runner, rounds, print_to):
    print_to(f"\nTimes of hits, open loops at shares of the capacity; {rounds} interleaved rounds of the real server\n")
    print_to(HEAD)
    rows = []
    for kind in ("redis", "memcached"):
        try:
            closed, = runner.run(f"{kind} capacity", latency_scenario(kind), "real")
            rates = {share: max(100, round(closed["throughput_ops_s"] * share / 100)) for share in LATENCY_SHARES}
            print_to(f"  {kind} does {closed['throughput_ops_s']:,.0f}/s in a closed loop")
            reals = {share: [] for share in rates}
            for i in range(rounds):
                for share, rate in rates.items():
                    run, = runner.run(f"{kind} {share} {i}", latency_scenario(kind, rate), "real")
                    reals[share].append(times(run))
            for share, rate in rates.items():
                predicted = times(runner.run(f"{kind} {share}", latency_scenario(kind, rate), "virtual")[0])
                rows += of_rounds(kind, share, reals[share], predicted, print_to)
        except Failed as failed:
            print_to(f"  {kind}: {failed}")
    return rows
