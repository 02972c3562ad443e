"""A server that misbehaves by seed. It stands in front of a real Redis or Memcached and hands everything on, so that it
is right in whatever it is asked; then, with a chance for each reply, it does to the reply what FAULTS says.

    fault_server.py PLAN.json

The plan names protocol, the real server's socket, where to listen, seed, the faults with their chances, and how many
replies are right before the first. The address stands in PLAN.json.ready, what was done in PLAN.json.done: counts, and
after how many reads each wrong value was told.
"""
import asyncio
import json
import os
import pathlib
import random
import signal
import socket
import struct
import sys

from frames import PROTOCOLS, Broken

ERRORS = {
    "redis": [
        b"-OOM command not allowed when used memory > 'maxmemory'.",
        b"-READONLY You can't write against a read only replica.",
        b"-MOVED 3999 127.0.0.1:6381",
        b"-CLUSTERDOWN The cluster is down",
        b"-LOADING Redis is loading the dataset in memory",
        b"-ERR unknown command `GET`, with args beginning with: `\x1b]0;owned\x07` ",
        b"-NOAUTH Authentication required.",
        b"-ERR max number of clients reached",
    ],
    "memcached": [
        b"SERVER_ERROR out of memory storing object",
        b"SERVER_ERROR object too large for cache",
        b"CLIENT_ERROR bad data chunk",
        b"CLIENT_ERROR unauthenticated",
        b"ERROR",
        b"ERROR Too many open connections",
        b"SERVER_ERROR \x1b]0;owned\x07",
    ],
}
OTHERS = [
    b":7\r\n", b"$-1\r\n", b"*0\r\n", b"+PONG\r\n", b"$3\r\nabc\r\n", b"HD\r\n", b"EN\r\n", b"VA 1\r\nx\r\n"
]  # fmt: skip
FLOOD_BYTES = 40 << 20  # more than any reply may have
ENVELOPE_BYTES = 40  # a value of ours is not smaller; locks and queues are


class Quit(Exception):
    """This connection is over."""


class Front:
    """What all connections share: the chances, the reply that waits to be swapped, and the account."""

    def __init__(self, plan):
        self.plan = plan
        self.protocol = PROTOCOLS[plan["protocol"]]
        self.rng = random.Random(plan["seed"])
        self.replies = 0
        self.reads = 0  # replies that had a value
        self.wrong_at = []  # `reads` when a wrong value was told
        self.counts = dict.fromkeys(FAULTS, 0)
        self.kept = None  # (key, reply): what the next swap tells

    def choose(self):
        self.replies += 1
        if self.replies <= self.plan.get("after", 0):
            return None
        for name, chance in self.plan.get("faults", {}).items():
            if self.rng.random() < chance:
                self.counts[name] += 1
                return name
        return None

    def done(self):
        return {"replies": self.replies, "reads": self.reads, "wrong_at": self.wrong_at[:1000], "counts": self.counts}


class Connection:
    def __init__(self, front, client, server):
        self.front = front
        self.client_in, self.client_out = client
        self.server_in, self.server_out = server
        self.asked = asyncio.Queue()  # the key of each request that has no reply yet, or None
        self.silent = False

    async def run(self):
        tasks = [asyncio.create_task(self.requests()), asyncio.create_task(self.answers())]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in (self.client_out, self.server_out):
            writer.close()

    async def frames(self, reader, end_of):
        data = bytearray()
        while chunk := await reader.read(1 << 16):
            data += chunk
            while data and (end := end_of(data)) is not None:
                frame = bytes(data[: end if isinstance(end, int) else end[0]])
                del data[: len(frame)]
                yield frame, end

    async def requests(self):
        async for frame, (_, key) in self.frames(self.client_in, self.front.protocol.request):
            self.asked.put_nowait(key)
            self.server_out.write(frame)
            await self.server_out.drain()

    async def answers(self):
        async for reply, _ in self.frames(self.server_in, self.front.protocol.reply):
            key = self.asked.get_nowait() if not self.asked.empty() else None
            value = self.front.protocol.value(reply) if key is not None else None
            if value is not None and value[1] - value[0] < ENVELOPE_BYTES:
                value = None
            self.front.reads += value is not None
            fault = self.front.choose()
            if self.silent:
                continue
            if fault is None:
                await self.tell(reply)
            else:
                await FAULTS[fault](self, reply, key, value)

    async def tell(self, data):
        self.client_out.write(data)
        await self.client_out.drain()

    def wrong(self):
        self.front.wrong_at.append(self.front.reads)

    async def garbage(self, _reply, _key, _value):
        await self.tell(self.front.rng.randbytes(self.front.rng.choice([1, 7, 100, 5000])))

    async def half(self, reply, _key, _value):
        await self.tell(reply[: len(reply) // 2])
        if self.front.rng.random() < 0.5:
            raise Quit
        self.silent = True

    async def trickle(self, reply, _key, _value):
        for i in range(min(len(reply), 300)):
            await self.tell(reply[i : i + 1])
            await asyncio.sleep(0)
        await self.tell(reply[300:])

    async def swap(self, reply, key, value):
        kept, self.front.kept = self.front.kept, (key, reply, value)
        if kept is None:
            return await self.tell(reply)
        # A reply that names its key can be seen to be another's; then nobody is told a wrong value.
        if value is not None and kept[2] is not None and kept[0] != key and not kept[1].startswith(b"VALUE "):
            self.wrong()
        await self.tell(kept[1])

    async def garble(self, reply, _key, value):
        if value is None:
            return await self.tell(reply)
        changed = bytearray(reply)
        changed[self.front.rng.randrange(*value)] ^= 1 << self.front.rng.randrange(8)
        self.wrong()
        await self.tell(bytes(changed))

    async def error(self, _reply, _key, _value):
        await self.tell(self.front.rng.choice(ERRORS[self.front.protocol.name]) + b"\r\n")

    async def reset(self, _reply, _key, _value):
        raw = self.client_out.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Quit

    async def silence(self, _reply, _key, _value):
        self.silent = True

    async def flood(self, reply, _key, _value):
        block = self.front.rng.choice([reply, b"+", b"$", b"STAT x 1\r\n", b"\0", b"$1000000000\r\n"]) * 4096
        for _ in range(FLOOD_BYTES // len(block) + 1):
            await self.tell(block)
        raise Quit

    async def delay(self, reply, _key, _value):
        await asyncio.sleep(self.front.rng.uniform(0.01, 0.4))
        await self.tell(reply)

    async def other(self, _reply, _key, _value):
        await self.tell(self.front.rng.choice(OTHERS))

    async def twice(self, reply, _key, _value):
        await self.tell(reply + reply)


FAULTS = {
    name: getattr(Connection, name)
    for name in (
        "garbage", "half", "trickle", "swap", "garble", "error", "reset", "silence", "flood", "delay", "other", "twice"
    )
}  # fmt: skip


def write_whole(path, content):
    new = path.with_name(path.name + ".new")
    new.write_text(json.dumps(content))
    os.replace(new, path)


async def serve(path):
    front = Front(json.loads(path.read_text()))

    async def connected(reader, writer):
        try:
            server = await asyncio.open_unix_connection(front.plan["server"])
            await Connection(front, (reader, writer), server).run()
        except (OSError, Broken, ValueError, Quit):
            writer.close()

    if "unix" in front.plan:
        await asyncio.start_unix_server(connected, front.plan["unix"])
        address = front.plan["unix"]
    else:
        listener = await asyncio.start_server(connected, "127.0.0.1", 0, backlog=512)
        address = listener.sockets[0].getsockname()[1]
    write_whole(path.with_name(path.name + ".ready"), address)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()
    write_whole(path.with_name(path.name + ".done"), front.done())
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(serve(pathlib.Path(sys.argv[1])))
