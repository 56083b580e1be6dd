"""A file cut into blocks of whole records, so that one may be read while others are worked on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

BLOCK = 4 << 20
"""Bytes of a block."""
LONGEST = 64 << 20
"""Bytes of a record, up to which its end is looked for."""

_QUOTED = rb'(?:\A|(?<=[%(sign)s\n]))"[^"]*(?:""[^"]*)*"(?=[%(sign)s\r\n]|\Z)'


@dataclass(frozen=True, slots=True)
class Block:
    """Whole records; `line` is that of the first, from 1."""

    data: bytes
    line: int


@dataclass(frozen=True, slots=True)
class Rest:
    """The lines that are left, where records cannot be told apart at a glance."""

    lines: Iterator[bytes]
    line: int


def line_blocks(stream: BinaryIO) -> Iterator[Block | Rest]:
    """Blocks of whole lines."""
    return _cut(stream, 1, lambda data: data.rfind(b"\n") + 1, lambda _: True)


def csv_blocks(stream: BinaryIO, line: int, delimiter: str) -> Iterator[Block | Rest]:
    """Blocks of whole CSV records; the rest from where quotes do not stand as they must."""
    quoted = re.compile(_QUOTED % {b"sign": re.escape(delimiter.encode())})

    def sound(data: bytes) -> bool:
        return b'"' not in data or b'"' not in quoted.sub(b"", data)

    return _cut(stream, line, _record_end, sound)


def _cut(
    stream: BinaryIO, line: int, end_of: Callable[[bytes], int], sound: Callable[[bytes], bool]
) -> Iterator[Block | Rest]:
    rest = b""
    while piece := stream.read(BLOCK):
        data = rest + piece
        end = end_of(data)
        if (not end and len(data) > LONGEST) or not sound(data[:end]):
            yield Rest(_lines(data, stream), line)
            return
        if end:
            yield Block(data[:end], line)
            line += data.count(b"\n", 0, end)
        rest = data[end:]
    if rest:
        yield Block(rest, line) if sound(rest) else Rest(iter(BytesIO(rest)), line)


def _lines(data: bytes, stream: BinaryIO) -> Iterator[bytes]:
    for line in BytesIO(data):
        yield line if line.endswith(b"\n") else line + stream.readline()
    yield from stream


def _record_end(data: bytes) -> int:
    """Behind the last line end that is in no quotes; 0 if there is none."""
    end = data.rfind(b"\n") + 1
    odd = data.count(b'"', 0, end) % 2
    while end and odd:
        before = data.rfind(b"\n", 0, end - 1) + 1
        odd ^= data.count(b'"', before, end) % 2
        end = before
    return end
