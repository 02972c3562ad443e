"""The fault server is right when it is told to be right, and wrong in the way it is told when not."""
import pathlib
import shutil
import socket
import tempfile
import unittest

from frames import Memcached, Redis, resp_end
from servers import UserServer


class Asker:
    def __init__(self, test, address):
        host, port = address.rpartition("//")[2].split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=10)
        test.addCleanup(self.socket.close)

    def ask(self, request, replies, end_of):
        self.socket.sendall(request)
        data, found = b"", []
        while len(found) < replies:
            chunk = self.socket.recv(1 << 16)
            if not chunk:
                break
            data += chunk
            while data and len(found) < replies and (end := end_of(data)) is not None:
                found.append(data[:end])
                data = data[end:]
        return found


class FaultServer(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="stress-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def serve(self, kind, **front):
        server = UserServer(self.folder, "s", kind, {"front": {"seed": 1, **front}})
        self.addCleanup(server.stop)
        return server, Asker(self, server.address)

    def test_frames_end_where_they_end(self):
        replies = [b"+OK\r\n", b":-1\r\n", b"$-1\r\n", b"$0\r\n\r\n", b"$5\r\na\r\nbc\r\n", b"*2\r\n$1\r\na\r\n*0\r\n"]
        for reply in replies:
            self.assertEqual(resp_end(reply + b"+next\r\n"), len(reply))
            for cut in range(len(reply)):
                self.assertIsNone(resp_end(reply[:cut] or b"*1\r\n"), reply[:cut])
        values = b"VALUE k 0 1\r\nx\r\nVALUE j 0 1\r\ny\r\nEND\r\n"
        for reply in (b"HD\r\n", b"VA 4 c7\r\n\r\n\r\n\r\n", values, b"END\r\n"):
            self.assertEqual(Memcached.reply(reply + b"EN\r\n"), len(reply))
            for cut in range(len(reply)):
                self.assertIsNone(Memcached.reply(reply[:cut]), reply[:cut])
        self.assertEqual(Memcached.request(b"ms key 3 T1\r\nabc\r\nmg"), (18, None))
        self.assertEqual(Memcached.request(b"mg key v\r\n"), (10, b"key"))
        self.assertEqual(Redis.request(b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"), (20, b"k"))
        self.assertIsNone(Redis.request(b"*2\r\n$3\r\nGET\r\n$1\r\nk"))

    def test_it_is_right_when_told_to(self):
        server, asker = self.serve("redis")
        requests = b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3\r\nabc\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"
        self.assertEqual(asker.ask(requests, 2, Redis.reply), [b"+OK\r\n", b"$3\r\nabc\r\n"])
        answers = asker.ask(b"*2\r\n$3\r\nGET\r\n$6\r\nuser:1\r\n" * 500, 500, Redis.reply)
        self.assertEqual(answers, [b"$7\r\nvalue 1\r\n"] * 500)
        told = server.told()
        self.assertEqual((told["replies"], told["wrong_at"], sum(told["counts"].values())), (502, [], 0))

    def test_it_is_right_in_memcached_too(self):
        _, asker = self.serve("memcached")
        self.assertEqual(asker.ask(b"ms k 3 T9\r\nabc\r\nmg k v\r\nget k user:1\r\nmn\r\n", 4, Memcached.reply),
                         [b"HD\r\n", b"VA 3\r\nabc\r\n",
                          b"VALUE k 0 3\r\nabc\r\nVALUE user:1 5 7\r\nvalue 1\r\nEND\r\n", b"MN\r\n"])  # fmt: skip

    def test_one_byte_at_a_time_is_right(self):
        _, asker = self.serve("redis", faults={"trickle": 1})
        self.assertEqual(asker.ask(b"*2\r\n$3\r\nGET\r\n$6\r\nuser:1\r\n", 1, Redis.reply), [b"$7\r\nvalue 1\r\n"])

    def test_wrong_values_are_told_and_counted(self):
        server, asker = self.serve("redis", faults={"swap": 1}, after=2)
        values = {name: name * 50 for name in (b"a", b"b")}
        for name, value in values.items():
            asker.ask(b"*3\r\n$3\r\nSET\r\n$1\r\n%s\r\n$50\r\n%s\r\n" % (name, value), 1, Redis.reply)
        got = asker.ask(b"*2\r\n$3\r\nGET\r\n$1\r\na\r\n*2\r\n$3\r\nGET\r\n$1\r\nb\r\n", 2, Redis.reply)
        self.assertEqual([reply[5:6] for reply in got], [b"a", b"a"])
        told = server.told()
        self.assertEqual((told["reads"], told["wrong_at"], told["counts"]["swap"]), (2, [2], 2))

    def test_the_same_seed_does_the_same(self):
        faults = {"garbage": 0.1, "error": 0.2, "twice": 0.1, "other": 0.1}
        answers = []
        for name in ("one", "two"):
            folder = self.folder / name
            folder.mkdir()
            server = UserServer(folder, "s", "memcached", {"front": {"seed": 7, "faults": faults}})
            self.addCleanup(server.stop)
            asker = Asker(self, server.address)
            asker.socket.sendall(b"mg user:1 v\r\n" * 100)
            data = b""
            while data.count(b"\n") < 60:
                data += asker.socket.recv(1 << 16)
            answers.append(data[:200])
        self.assertEqual(answers[0], answers[1])
        self.assertNotEqual(answers[0].count(b"value 1"), 0)


if __name__ == "__main__":
    unittest.main()
