"""hitbench record: what a private server is asked for is in the file, whatever ends the recording."""
import gzip
import re
import signal
import socket
import stat
import subprocess
import threading
import time

from cli_case import BINARY, Watched, run_tests, wait_for
from own_server_case import OwnServerCase


class Record(OwnServerCase):
    def setUp(self):
        super().setUp()
        self.trace = self.folder / "trace.txt"

    def recording(self, address, *more):
        """Running, and told by the server to be so."""
        process = self.start("record", address, "--to", self.trace, *more)
        self.assertTrue(wait_for(lambda: process.poll() is not None or self.is_listened_to()))
        return process

    def is_listened_to(self):
        if "redis" in self.server.args[0]:
            return re.search(r"\bcmd=monitor\b", self.ask("client", "list")) is not None
        return self.memcached_stat("log_watchers") > 0

    def end(self, process, expect=0):
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, expect, out + err)
        return out, err

    def talk(self, *requests):
        """To the memcached, one request after the other on one connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            for request in requests:
                connection.sendall(request)
                connection.recv(4096)

    def commands(self):
        """Of the file, without time and address, and without those that is_listened_to asks."""
        lines = self.trace.read_text().splitlines()
        said = [re.fullmatch(r'\d+\.\d{6} \[0 127\.0\.0\.1:\d+\] (".*")', line).group(1) for line in lines]
        return [line for line in said if '"client"' not in line]

    def test_what_a_redis_is_asked_for(self):
        process = self.recording(self.redis(), "--for", "1s")
        self.ask("set", "user:7", 'a "value"\n', "EX", "60")
        self.ask("get", "user:7")
        out, err = self.end(process)
        self.assertEqual(self.commands(), ['"set" "user:7" "a \\"value\\"\\n" "EX" "60"', '"get" "user:7"'])
        self.assertRegex(out, r"trace\.txt: \d+ lines in 1\.\d\d s, .* a second; .* B, format redis-monitor")
        self.assertIn("MONITOR may halve what a busy Redis carries", err)
        self.assertIn("It ends after 1.00 s or 1.00 GiB of lines, or with Ctrl-C", err)
        self.assertEqual(stat.S_IMODE(self.trace.stat().st_mode), 0o600)
        self.assertFalse(self.is_listened_to())

    def test_what_a_memcached_is_asked_for(self):
        process = self.recording(self.memcached(), "--for", "2s")
        self.talk(b"get a%b\r\n", b"set a%b 0 60 5\r\nhello\r\n", b"get a%b\r\n")
        out, err = self.end(process)
        changing = re.compile(r"^ts=\S+ gid=\d+ | clsid=\d+ cfd=\d+")
        lines = [changing.sub("", line) for line in self.trace.read_text().splitlines()]
        self.assertEqual(lines, [
            "type=item_get key=a%25b status=not_found size=0",
            "type=item_get key=a%25b status=not_found size=0",
            "type=item_store key=a%25b status=stored cmd=set ttl=60 size=5",
            "type=item_get key=a%25b status=found size=5",
        ])
        self.assertRegex(out, "4 lines in .*; 0 lines lost, format memcached-watch")
        self.assertIn("watching costs a memcached little", err)

    def test_on_a_unix_socket_into_a_compressed_file(self):
        path, self.trace = self.folder / "r.sock", self.folder / "trace.gz"
        self.redis("--unixsocket", str(path))
        process = self.recording(f"redis+unix://{path}", "--for", "1s")
        with socket.socket(socket.AF_UNIX) as connection:  # a process for each would not be done within the second
            connection.settimeout(20)
            connection.connect(str(path))
            connection.sendall(b"".join(b"get key:%d\r\n" % key for key in range(20)))
            said = b""
            while said.count(b"$-1\r\n") < 20 and (more := connection.recv(4096)):
                said += more
        self.assertRegex(self.end(process)[0], r"\(\d+ B in the file\)|KiB in the file")
        text = gzip.decompress(self.trace.read_bytes()).decode()
        self.assertEqual(re.findall(r'"get" "(key:\d+)"', text), [f"key:{key}" for key in range(20)])

    def test_ctrl_c_keeps_what_came_before(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.recording(self.redis(), "--for", "10m")
            self.ask("get", "user:7")
            self.assertTrue(wait_for(lambda: '"user:7"' in self.trace.read_text()))  # at most a second later
            self.ask("get", "user:8")
            process.send_signal(number)
            out, _ = self.end(process, expect=130)
            self.assertEqual(self.commands(), ['"get" "user:7"', '"get" "user:8"'])
            self.assertIn("format redis-monitor", out)
            self.trace.unlink()

    def test_limits_of_lines_and_of_bytes(self):
        def ask_until(process):
            while process.poll() is None:
                self.ask("get", "user:7")

        process = self.recording(self.redis(), "--requests", "5")
        ask_until(process)
        self.end(process)
        self.assertEqual(len(self.trace.read_text().splitlines()), 5)
        self.trace.unlink()
        process = self.recording(self.redis(), "--bytes", "1k")
        ask_until(process)
        self.end(process)
        text = self.trace.read_text()
        self.assertLessEqual(len(text), 1000)
        self.assertGreater(len(text), 800)
        self.assertTrue(text.endswith("\n"))

    def test_a_server_that_dies(self):
        process = self.recording(self.redis())
        self.ask("get", "user:7")
        self.server.kill()
        out, err = self.end(process, expect=1)
        self.assertEqual(self.commands(), ['"get" "user:7"'])
        self.assertIn("what came before is kept", err)
        self.assertIn("format redis-monitor", out)

    def test_a_server_that_is_not_there_or_refuses(self):
        address = self.redis("--requirepass", "secret-7")
        done = self.run_it("record", address, "--to", self.trace, expect=1)
        self.assertIn("NOAUTH", done.stderr)
        self.assertIn("REDISCLI_AUTH", done.stderr)
        self.assertFalse(self.trace.exists())
        self.environment["REDISCLI_AUTH"] = "secret-7"
        self.run_it("record", address, "--to", self.trace, "--for", "100ms", expect=4)
        self.server.kill()
        self.server.wait()
        self.assertIn("Connection refused", self.run_it("record", address, "--to", self.trace, expect=1).stderr)

    def test_one_who_may_not_monitor(self):
        address = self.redis()
        self.ask("acl", "setuser", "default", "-monitor")
        done = self.run_it("record", address, "--to", self.trace, expect=1)
        self.assertIn("+monitor", done.stderr)

    def test_a_server_that_nobody_asks(self):
        for address in (self.redis(), self.memcached()):
            done = self.run_it("record", address, "--to", self.trace, "--for", "300ms", expect=4)
            self.assertIn("nobody asked it for anything", done.stderr)
            self.assertFalse(self.trace.exists())

    def test_words_of_a_stranger_are_made_printable(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def answer():
            connection, _ = listener.accept()
            connection.recv(100)
            connection.sendall(b"-ERR \x1b]0;title\x07 no\r\n")
            connection.recv(100)
            connection.close()

        threading.Thread(target=answer, daemon=True).start()
        port = listener.getsockname()[1]
        done = self.run_it("record", f"redis://127.0.0.1:{port}", "--to", self.trace, expect=1)
        self.assertIn(r"ERR \x1b]0;title\x07 no", done.stderr)

    def test_what_a_slow_watcher_lost_is_counted(self):
        """By a server that says so: a real one does under a load that tests should not make."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        dropped = iter((5, 12))
        line = b"ts=1.5 gid=1 type=item_get key=a status=found cfd=1 size=1"

        def answer(connection):
            asked = connection.recv(100)
            if asked.startswith(b"stats"):
                connection.sendall(b"STAT pid 1\r\nSTAT log_worker_dropped %d\r\nEND\r\n" % next(dropped))
            else:
                connection.sendall(b"ERROR\r\n")
                assert connection.recv(100) == b"watch fetchers mutations\r\n"
                connection.sendall(b"OK\r\nskipped=100\n" + line + b"\nts=1")
            connection.recv(100)
            connection.close()

        def serve():
            for _ in range(3):
                threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        address = f"memcached://127.0.0.1:{listener.getsockname()[1]}"
        done = self.run_it("record", address, "--to", self.trace, "--for", "500ms")
        self.assertIn("107 lines lost", done.stdout)
        self.assertEqual(self.trace.read_text().splitlines(), ["skipped=100", line.decode(), "skipped=7"])

    def test_a_full_disk(self):
        self.trace = "/dev/full"
        process = self.recording(self.redis(), "--for", "20s")
        self.ask("get", "user:7")
        out, err = self.end(process, expect=1)
        self.assertIn("/dev/full: could not be written: No space left on device", err)
        self.assertIn("0 lines", out)

    def test_a_file_that_grows_too_large_holds_whole_lines(self):
        address = self.redis()
        limited = ["bash", "-c", f"ulimit -f 64; trap '' XFSZ; exec {BINARY} record {address} --to {self.trace}"]
        process = subprocess.Popen(limited, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        self.assertTrue(wait_for(self.is_listened_to))
        end = time.monotonic() + 30
        while process.poll() is None and time.monotonic() < end:
            self.ask("mget", *["k" * 200] * 50)
        out, err = self.end(process, expect=1)
        self.assertIn("File too large", err)
        text = self.trace.read_text()
        self.assertTrue(text.endswith("\n"))
        self.assertEqual(int(re.search(r"([\d,]+) lines? in", out).group(1).replace(",", "")), text.count("\n"))

    def test_a_file_that_is_there_is_not_overwritten(self):
        self.trace.write_text("precious\n")
        done = self.run_it("record", "redis://127.0.0.1:1", "--to", self.trace, expect=2)
        self.assertIn("there is such a file already", done.stderr)
        self.assertEqual(self.trace.read_text(), "precious\n")
        self.trace.write_text("")
        process = self.recording(self.redis(), "--for", "500ms")
        self.ask("get", "user:7")
        self.end(process)
        self.assertEqual(self.commands(), ['"get" "user:7"'])

    def test_to_stdout(self):
        self.redis()
        process = self.start("record", f"redis://127.0.0.1:{self.port}", "--to", "-", "--for", "500ms")
        self.assertTrue(wait_for(self.is_listened_to))
        self.ask("get", "user:7")
        out, err = self.end(process)
        self.assertRegex(out.splitlines()[-1], r'^\d+\.\d{6} \[0 127.0.0.1:\d+\] "get" "user:7"$')
        self.assertIn("format redis-monitor", err)

    def test_wrong_command_lines(self):
        for arguments, words in (
            (["redis://127.0.0.1:1"], "--to is required"),
            (["--to", "x"], "address is required"),
            (["127.0.0.1:6379", "--to", "x"], "write redis://127.0.0.1:6379"),
            (["redis://:word@127.0.0.1", "--to", "x"], "REDISCLI_AUTH"),
            (["rediss://127.0.0.1", "--to", "x"], "write redis://127.0.0.1:6379/0"),
            (["redis://127.0.0.1", "--to", "x", "--for", "0s"], "--for '0s' is no limit"),
            (["redis://127.0.0.1", "--to", "x", "--for", "5"], "write --for 60s"),
            (["redis://127.0.0.1", "--to", "x", "--bytes", "many"], "write --bytes 1GiB"),
            (["redis://127.0.0.1", "--to", "x", "--requests", "0"], "write --requests 1M"),
        ):
            done = self.run_it("record", *arguments, expect=2)
            self.assertIn(words, done.stderr)
            self.assertNotIn("word@", done.stderr)

    def test_a_terminal_shows_how_far_it_is(self):
        address = self.redis()
        process = Watched([BINARY, "record", address, "--to", str(self.trace), "--for", "3s"], env=self.environment)
        self.addCleanup(process.kill)
        self.assertTrue(wait_for(self.is_listened_to))
        self.wait_for_phase(process, "of 3.00 s, ")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        self.assertEqual(process.returncode, 130)

    def test_a_recording_is_a_trace(self):
        process = self.recording(self.redis(), "--for", "1s")
        for key in (1, 2, 1):
            self.ask("get", f"key:{key}")
        self.end(process)
        self.trace.write_text("".join(line + "\n" for line in self.trace.read_text().splitlines() if '"get"' in line))
        scenario = {
            "clock": "virtual", "rounds": 1, "caches": ["memory"], "strategies": ["cache-aside"],
            "workload": {"keys": {"distribution": "trace", "format": "redis-monitor", "file": str(self.trace)}},
            "measure": {"operations": 30}, "warmup": {"operations": 0},
        }
        self.run_it("run", self.scenario(scenario))


if __name__ == "__main__":
    run_tests()
