"""What every row does on real servers."""
from cli_case import Case, needs, run_tests, with_changes


class Servers(Case):
    """Real redis and memcached: every row reads what it stored."""

    def check_rows(self, caches, **changes):
        rows, _ = self.result_of(with_changes(caches=caches, strategies=["direct", "cache-aside"], **changes))
        for name, run in rows.items():
            self.assertIsNone(run["skipped"], name)
            self.assertEqual(run["operations"], 2000, name)
            self.assertEqual(run["reads"]["failed"], 0, name)
            self.assertEqual(run["consistency"]["corrupt_values"], 0, name)
            self.assertGreater(run["hit_ratio"], 0.5, name)
        self.check_no_server_left()
        return rows

    @needs("redis")
    def test_private_servers_over_tcp(self):
        rows = self.check_rows(["redis", "memcached"])
        self.assertEqual(rows["direct/redis"]["hit_ratio"], 1.0)
        self.assertEqual(rows["direct/memcached"]["hit_ratio"], 1.0)
        self.assertRegex(rows["direct/redis"]["backend"]["version"], r"\d+\.\d+")

    @needs("redis")
    def test_private_servers_over_unix_sockets(self):
        self.check_rows([{"type": "redis", "transport": "unix"}, {"type": "memcached", "transport": "unix"}])

    @needs("libmemcached")
    def test_libmemcached_runs_on_threads(self):
        rows = self.check_rows(["libmemcached"])
        self.assertEqual(rows["direct/libmemcached"]["client_model"], "thread")

    @needs("redis")
    def test_the_thread_model_and_several_processes(self):
        self.check_rows(["redis", "memory"], app={"clients": 2, "connections": 2, "processes": 2})
        self.check_rows(["redis", "memcached"], app={"clients": 3, "connections": 3, "model": "thread"})

    @needs("redis")
    def test_clients_share_connections(self):
        self.check_rows(["redis", "memcached"], app={"clients": 40, "connections": 3})

    @needs("redis")
    def test_writes_deletes_inserts_and_sqlite(self):
        rows, _ = self.result_of(
            with_changes(
                caches=["memory", "redis"],
                origin="sqlite",
                workload={
                    "keys": {"distribution": "latest", "count": 500},
                    "mix": {"read": 0.6, "write": 0.1, "delete": 0.1, "insert": 0.1, "modify": 0.1},
                },
            )
        )
        for name, run in rows.items():
            self.assertEqual(run["reads"]["failed"], 0, name)
            self.assertGreater(run["latency"]["write"]["response"]["count"], 0, name)
            self.assertGreater(run["latency"]["delete"]["response"]["count"], 0, name)
            self.assertEqual(run["consistency"]["corrupt_values"], 0, name)


if __name__ == "__main__":
    run_tests()
