"""Virtual time: one seed gives one result, on every machine."""
from cli_case import Case, run_tests, with_changes

# Made once, on x86-64 with g++ 12; it changes only when the operation stream is meant to change.
GOLDEN_CHECKSUM = "830ed76e96f80812"


class Determinism(Case):
    VIRTUAL = with_changes(
        clock="virtual",
        rounds=1,
        workload={
            "keys": {"distribution": "zipf", "count": 1000},
            "mix": {"read": 0.8, "write": 0.1, "delete": 0.05, "insert": 0.05},
            "arrivals": {"loop": "open", "rate": 20000},
        },
        app={"clients": 20, "connections": 20, "processes": 2},
        caches=[
            {"type": "memory", "entries": 300},
            {"type": "memory", "shared": True, "name": "remote", "latency": "75us"},
        ],
    )

    def test_one_seed_gives_one_result(self):
        first, _ = self.result_of(self.VIRTUAL)
        second, _ = self.result_of(self.VIRTUAL)
        other, _ = self.result_of(self.VIRTUAL, "--seed", "2")
        self.assertEqual(first, second)
        checksum = first["cache-aside/memory"]["stream_checksum"]
        self.assertNotEqual(checksum, other["cache-aside/memory"]["stream_checksum"])
        self.assertEqual(checksum, first["none/none"]["stream_checksum"], "every row sees the same operations")

    def test_the_stream_is_equal_on_every_machine(self):
        rows, _ = self.result_of(self.VIRTUAL)
        self.assertEqual(rows["none/none"]["stream_checksum"], GOLDEN_CHECKSUM)


if __name__ == "__main__":
    run_tests()
