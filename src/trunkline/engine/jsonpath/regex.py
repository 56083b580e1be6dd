"""Java regular expressions that cannot run away.

The pattern becomes a small program. Matching tries its branches in order but never the same branch at the
same place twice, so the time grows with program times text, never exponentially. Back references, which
would break that, are refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from trunkline.engine.jsonpath.errors import InvalidPath
from trunkline.engine.jsonpath.regex_chars import Test
from trunkline.engine.jsonpath.regex_parse import (
    Assertion,
    Chars,
    Choice,
    Look,
    Node,
    Repeat,
    Sequence,
    parse_regex,
)

MAX_PROGRAM = 1_000
"""Instructions of a program; `{n,m}` copies what it repeats."""

_TALLY = 1024
"""Instructions carried out between two reports of work."""

_CHARS: Final = 0
_SPLIT: Final = 1
_JUMP: Final = 2
_ASSERT: Final = 3
_LOOK: Final = 4
_ATOMIC: Final = 5
_DONE: Final = 6
_FULL: Final = 7

Spend = Callable[[int], None]
Condition = Assertion | Look | None
Instruction = tuple[int, Test, Condition, int, int]
"""Operation, test of a character, condition on the place, first and second target."""


class Regex:
    """A compiled pattern."""

    def __init__(self, pattern: str, node: Node) -> None:
        self.pattern = pattern
        self._program: list[Instruction] = []
        self._emit(node)
        self._add(_FULL)

    def matches(self, text: str, spend: Spend) -> bool:
        """Whether the whole of `text` matches. `spend` is told about the work, and may raise."""
        return _Matcher(self._program, text, spend).run(0, 0) >= 0

    def _add(self, operation: int, test: Test = bool, condition: Condition = None, first: int = 0) -> int:
        if len(self._program) >= MAX_PROGRAM:
            raise InvalidPath("the expression is too large", 1)
        self._program.append((operation, test, condition, first, 0))
        return len(self._program) - 1

    def _patch(self, at: int, first: int, second: int = 0) -> None:
        operation, test, condition, *_ = self._program[at]
        self._program[at] = (operation, test, condition, first, second)

    @property
    def _here(self) -> int:
        return len(self._program)

    def _emit(self, node: Node) -> None:
        if isinstance(node, Chars):
            self._add(_CHARS, node.test.__eq__ if isinstance(node.test, str) else node.test)
        elif isinstance(node, Assertion):
            self._add(_ASSERT, condition=node)
        elif isinstance(node, Sequence):
            for item in node.items:
                self._emit(item)
        elif isinstance(node, Choice):
            self._emit_choice(node)
        elif isinstance(node, Repeat):
            self._emit_repeat(node)
        elif isinstance(node, Look):
            self._emit_inner(_LOOK, node.item, node)
        else:
            self._emit_inner(_ATOMIC, node.item, None)

    def _emit_inner(self, operation: int, item: Node, condition: Condition) -> None:
        at = self._add(operation, condition=condition)
        self._emit(item)
        self._add(_DONE)
        self._patch(at, self._here)

    def _emit_choice(self, node: Choice) -> None:
        ends: list[int] = []
        for option in node.options[:-1]:
            split = self._add(_SPLIT)
            self._emit(option)
            ends.append(self._add(_JUMP))
            self._patch(split, split + 1, self._here)
        self._emit(node.options[-1])
        for end in ends:
            self._patch(end, self._here)

    def _emit_repeat(self, node: Repeat) -> None:
        if node.possessive:
            greedy = Repeat(node.item, node.low, node.high)
            self._emit_inner(_ATOMIC, greedy, None)
            return
        for _ in range(node.low):
            before = self._here
            self._emit(node.item)
            if self._here == before:
                break
        if node.high is None:
            split = self._add(_SPLIT)
            self._emit(node.item)
            self._add(_JUMP, first=split)
            self._patch_split(split, node.lazy)
            return
        splits: list[int] = []
        for _ in range(node.high - node.low):
            splits.append(self._add(_SPLIT))
            self._emit(node.item)
        for split in splits:
            self._patch_split(split, node.lazy)

    def _patch_split(self, split: int, lazy: bool) -> None:
        enter, leave = split + 1, self._here
        self._patch(split, *((leave, enter) if lazy else (enter, leave)))


class _Matcher:
    """One text being matched."""

    def __init__(self, program: list[Instruction], text: str, spend: Spend) -> None:
        self.program = program
        self.text = text
        self.spend = spend
        self.tally = 0

    def run(self, start: int, place: int, end: int = -1) -> int:
        """Where the program from `start` on ends when begun at `place`, or -1; `end` asks for that end."""
        stack = [(start, place)]
        seen: set[tuple[int, int]] = set()
        while stack:
            found = self._branch(*stack.pop(), stack, seen)
            if found >= 0 and (end < 0 or found == end):
                return found
        return -1

    def _branch(self, pc: int, place: int, stack: list[tuple[int, int]], seen: set[tuple[int, int]]) -> int:
        """Follow one branch to its end; others it meets go on the stack."""
        text, program = self.text, self.program
        length = len(text)
        while True:
            self.tally += 1
            if self.tally == _TALLY:
                self.tally = 0
                self.spend(_TALLY)
            operation, test, condition, first, second = program[pc]
            pc += 1
            if operation == _CHARS:
                if place == length or not test(text[place]):
                    return -1
                place += 1
            elif operation == _SPLIT:
                if (pc, place) in seen:
                    return -1
                seen.add((pc, place))
                stack.append((second, place))
                pc = first
            elif operation == _JUMP:
                pc = first
            elif operation == _DONE:
                return place
            elif operation == _FULL:
                return place if place == length else -1
            else:
                place = self._special(condition, pc, place)
                if place < 0:
                    return -1
                pc = first or pc

    def _special(self, condition: Condition, pc: int, place: int) -> int:
        """The place after an assertion, a look-around or (no condition) an atomic group, or -1."""
        if condition is None:
            return self.run(pc, place)
        if isinstance(condition, Look):
            return place if self._look(condition, pc, place) is condition.wanted else -1
        return place if condition.holds(self.text, place) else -1

    def _look(self, look: Look, pc: int, place: int) -> bool:
        if look.ahead:
            return self.run(pc, place) >= 0
        return any(self.run(pc, start, place) >= 0 for start in range(place, -1, -1))


def compile_regex(pattern: str, flags: str) -> Regex:
    """A Java pattern with flags out of `dixmsuU`.

    Raises InvalidPath with the column within the pattern.
    """
    return Regex(pattern, parse_regex(pattern, flags))
