"""Where a request or a reply of Redis (RESP2) and Memcached (ASCII and meta commands) ends, and what it is about. Knows
only the frames, so that the front in fault_server.py need not know the commands that run through it."""

# With a block of data behind the line, and the word of the line that has its size.
MEMCACHED_STORES = {b"set": 4, b"add": 4, b"replace": 4, b"append": 4, b"prepend": 4, b"cas": 4, b"ms": 2}
MEMCACHED_GETS = {b"get", b"gets", b"gat", b"gats", b"mg"}


class Broken(Exception):
    """These bytes are no frame, whatever follows."""


def line_end(data, at):
    """Behind the line that begins at `at`; None where it is not whole."""
    end = data.find(b"\r\n", at)
    return None if end < 0 else end + 2


def resp_end(data, at=0):
    """Behind the RESP value that begins at `at`; None where it is not whole."""
    end = line_end(data, at)
    if end is None:
        return None
    kind, number = data[at : at + 1], data[at + 1 : end - 2]
    if kind in (b"+", b"-", b":"):
        return end
    if kind == b"$":
        size = int(number)
        whole = end if size < 0 else end + size + 2
        return whole if len(data) >= whole else None
    if kind != b"*":
        raise Broken(bytes(data[at:end]))
    for _ in range(max(0, int(number))):
        end = resp_end(data, end)
        if end is None:
            return None
    return end


class Redis:
    """Each request is an array of strings, each reply one value."""

    name = "redis"

    @staticmethod
    def request(data):
        """(its end, the key it reads or None); None where it is not whole."""
        end = resp_end(data)
        if end is None:
            return None
        words = bytes(data[:end]).split(b"\r\n", 5)
        is_get = len(words) > 4 and words[2].upper() == b"GET"
        return end, (words[4] if is_get else None)

    @staticmethod
    def reply(data):
        return resp_end(data)

    @staticmethod
    def value(reply):
        """Where the bytes of a value lie in a reply: (begin, end), or None."""
        if reply[:1] != b"$" or reply[:2] == b"$-":
            return None
        return reply.index(b"\r\n") + 2, len(reply) - 2


class Memcached:
    """Each request is a line, with a block of data or without, each reply a line, a value, or lines up to END."""

    name = "memcached"

    @staticmethod
    def request(data):
        end = line_end(data, 0)
        if end is None:
            return None
        words = bytes(data[: end - 2]).split(b" ")
        if words[0] in MEMCACHED_STORES and len(words) > MEMCACHED_STORES[words[0]]:
            end += int(words[MEMCACHED_STORES[words[0]]]) + 2
            if len(data) < end:
                return None
        key = words[1] if words[0] in MEMCACHED_GETS and len(words) > 1 else None
        return end, key

    @staticmethod
    def reply(data):
        at = 0
        while True:
            end = line_end(data, at)
            if end is None:
                return None
            words = bytes(data[at : end - 2]).split(b" ")
            if words[0] in (b"VALUE", b"VA"):
                end += int(words[3 if words[0] == b"VALUE" else 1]) + 2
                if len(data) < end:
                    return None
            if words[0] not in (b"VALUE", b"STAT"):
                return end
            at = end

    @staticmethod
    def value(reply):
        words = reply[: reply.index(b"\r\n")].split(b" ")
        if words[0] not in (b"VALUE", b"VA"):
            return None
        begin = reply.index(b"\r\n") + 2
        return begin, begin + int(words[3 if words[0] == b"VALUE" else 1])


PROTOCOLS = {"redis": Redis, "memcached": Memcached}
