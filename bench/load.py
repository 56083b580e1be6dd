"""A load generator in a process of its own: GET requests over connections that are kept alive.

`measure(url, headers)` starts it; it takes about 60 µs of its own for a request, less than any of the servers
that it is pointed at.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECTIONS = 8
PATIENCE = 60
"""Seconds a request may take."""


@dataclass(frozen=True)
class Load:
    """What a server answered: requests a second, and bytes of one body."""

    rate: float
    size: int


def measure(url: str, headers: Mapping[str, str], seconds: float = 4.0) -> Load:
    """Requests for `seconds`, after half a second that does not count. Raises RuntimeError but for 200s."""
    order = json.dumps({"url": url, "headers": dict(headers), "seconds": seconds})
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"], input=order, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{url}: {done.stderr.strip().splitlines()[-1]}")
    return Load(**json.loads(done.stdout))


class _Client:
    """One connection; opened anew where a server closes it after an answer."""

    def __init__(self, host: str, port: int, request: bytes) -> None:
        self._place = (host, port)
        self._request = request
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self) -> int:
        """One request: the bytes of its body. Raises RuntimeError for any status but 200."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(*self._place)
        reader, writer = self._streams
        writer.write(self._request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if head[9:12] != b"200":
            raise RuntimeError(head.partition(b"\r\n")[0].decode())
        size = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        await reader.readexactly(size)
        if b"connection: close" in head or head.startswith(b"http/1.0"):
            self.close()
        return size

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None


async def _run(url: str, headers: Mapping[str, str], seconds: float) -> Load:
    place = urlsplit(url)
    target = place.path + (f"?{place.query}" if place.query else "")
    lines = [f"GET {target} HTTP/1.1", f"Host: {place.netloc}", *(f"{k}: {v}" for k, v in headers.items())]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    begin = time.perf_counter() + 0.5
    count = size = 0

    async def client() -> None:
        nonlocal count, size
        connection = _Client(place.hostname or "", place.port or 80, request)
        while (now := time.perf_counter()) < begin + seconds:
            async with asyncio.timeout(PATIENCE):
                size = await connection.get()
            count += now >= begin
        connection.close()

    await asyncio.gather(*(client() for _ in range(CONNECTIONS)))
    return Load(count / seconds, size)


if __name__ == "__main__":
    told = json.load(sys.stdin)
    found = asyncio.run(_run(told["url"], told["headers"], told["seconds"]))
    print(json.dumps({"rate": found.rate, "size": found.size}))
