"""Java's regular expressions, run by a machine of our own that counts its steps.

Python's `re` cannot be stopped, and a template may hold any pattern. This is a backtracking machine over
instructions with an explicit stack: every step is booked on the rendering, so no pattern runs away.
Look-behind and class intersection are refused as bad patterns.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from .errors import JavaError, Overrun
from .pattern_parser import Node, parse_pattern
from .values import Runtime

_STEPS_PER_STATEMENT = 8
_PROGRAM = 4000

Instruction = tuple[Any, ...]
Groups = tuple[int, ...]


@lru_cache(maxsize=256)
def _program(source: str) -> tuple[tuple[Instruction, ...], int, dict[str, int]]:
    tree, groups, names = parse_pattern(source)
    code: list[Instruction] = []
    _emit(tree, code)
    code.append(("match",))
    return tuple(code), groups, names


def _emit(node: Node, code: list[Instruction]) -> None:
    """Appends the instructions of `node`."""
    if len(code) > _PROGRAM:
        raise Overrun("Too large a pattern")
    kind = node[0]
    if kind == "sequence":
        for part in node[1]:
            _emit(part, code)
    elif kind == "choice":
        _emit_choice(node[1], code)
    elif kind == "group":
        code.append(("save", 2 * node[1]))
        _emit(node[2], code)
        code.append(("save", 2 * node[1] + 1))
    elif kind == "repeat":
        _emit_repeat(node, code)
    elif kind in ("look", "atomic"):
        inner: list[Instruction] = []
        _emit(node[-1], inner)
        inner.append(("match",))
        code.append((*node[:-1], tuple(inner)))
    else:
        code.append(node)


def _emit_choice(parts: list[Node], code: list[Instruction]) -> None:
    jumps: list[int] = []
    for part in parts[:-1]:
        split = len(code)
        code.append(("split", split + 1, split + 1))
        _emit(part, code)
        jumps.append(len(code))
        code.append(("jump", 0))
        code[split] = ("split", split + 1, len(code))
    _emit(parts[-1], code)
    for jump in jumps:
        code[jump] = ("jump", len(code))


def _emit_repeat(node: Node, code: list[Instruction]) -> None:
    _, inner, low, high, mode = node
    if mode == "possessive":
        _emit(("atomic", ("repeat", inner, low, high, "greedy")), code)
        return
    if inner[0] == "set":
        code.append(("run", inner[1], low, high, mode == "greedy"))
        return
    for _ in range(low):
        _emit(inner, code)
    if high is None:
        start = len(code)
        code.append(("split",))
        code.append(("mark", start))
        _emit(inner, code)
        code.append(("loop", start))
        code[start] = _split(start + 1, len(code), mode)
        return
    splits: list[int] = []
    for _ in range(high - low):
        splits.append(len(code))
        code.append(("split",))
        _emit(inner, code)
    for split in splits:
        code[split] = _split(split + 1, len(code), mode)


def _split(first: int, second: int, mode: str) -> Instruction:
    return ("split", first, second) if mode == "greedy" else ("split", second, first)


_State = tuple[int, int, Groups, tuple[tuple[int, int], ...], int]
"""Program counter, position, groups, loop entries, and how far a run may still be changed (-1: no run)."""


class _Machine:
    """One pattern on one text."""

    def __init__(self, runtime: Runtime, text: str) -> None:
        self.text = text
        self._runtime = runtime
        self._count = 0

    def run(
        self, code: tuple[Instruction, ...], start: int, groups: Groups, whole: bool
    ) -> tuple[int, Groups] | None:
        """Where a match from `start` ends, with its groups; None when there is none."""
        stack: list[_State] = [(0, start, groups, (), -1)]
        while stack:
            state: _State | None = stack.pop()
            while state is not None:
                self._count += 1
                if self._count % _STEPS_PER_STATEMENT == 0:
                    self._runtime.step(1)
                instruction = code[state[0]]
                if instruction[0] == "match":
                    if not whole or state[1] == len(self.text):
                        return state[1], state[2]
                    break
                state = self._step(instruction, state, stack)
            if len(stack) > self._runtime.limits.items:
                raise Overrun("Too many ways to match a pattern")
        return None

    def _step(self, instruction: Instruction, state: _State, stack: list[_State]) -> _State | None:
        kind = instruction[0]
        counter, at, groups, marks, _ = state
        if kind == "set":
            inside = at < len(self.text) and instruction[1](self.text[at])
            return (counter + 1, at + 1, groups, marks, -1) if inside else None
        if kind == "run":
            return self._run_of(instruction, state, stack)
        if kind == "split":
            stack.append((instruction[2], at, groups, marks, -1))
            return instruction[1], at, groups, marks, -1
        if kind == "jump":
            return instruction[1], at, groups, marks, -1
        if kind == "save":
            slot = instruction[1]
            return counter + 1, at, (*groups[:slot], at, *groups[slot + 1 :]), marks, -1
        if kind == "mark":
            return counter + 1, at, groups, (*marks, (instruction[1], at)), -1
        if kind == "loop":
            entered = marks[-1][1]
            target = instruction[1] if entered != at else counter + 1
            return target, at, groups, marks[:-1], -1
        return self._check(instruction, state)

    def _run_of(self, instruction: Instruction, state: _State, stack: list[_State]) -> _State | None:
        """A set repeated: takes all it can (or as little), and leaves the other lengths for later."""
        _, inside, low, high, greedy = instruction
        counter, at, groups, marks, bound = state
        text, size = self.text, len(self.text)
        if bound >= 0 and not greedy:  # once more, one character longer
            if at >= min(size, bound) or not inside(text[at]):
                return None
            stack.append((counter, at + 1, groups, marks, bound))
            return counter + 1, at + 1, groups, marks, -1
        if bound >= 0:  # once more, one character shorter
            if at - 1 > bound:
                stack.append((counter, at - 1, groups, marks, bound))
            return counter + 1, at - 1, groups, marks, -1
        last = size if high is None else min(size, at + high)
        least = at + low
        end = at
        while end < (last if greedy else min(least, size)) and inside(text[end]):
            end += 1
        self._count += end - at
        self._runtime.step((end - at) // _STEPS_PER_STATEMENT)
        if end < least:
            return None
        if greedy and end > least:
            stack.append((counter, end, groups, marks, least))
        elif not greedy and end < last:
            stack.append((counter, end, groups, marks, last))
        return counter + 1, end, groups, marks, -1

    def _check(self, instruction: Instruction, state: _State) -> _State | None:
        """Assertions, back references and the groups that match as one."""
        kind = instruction[0]
        counter, at, groups, marks, _ = state
        if kind == "assert":
            return (counter + 1, at, groups, marks, -1) if instruction[1](self.text, at) else None
        if kind == "again":
            begin, end = groups[2 * instruction[1]], groups[2 * instruction[1] + 1]
            if begin < 0 or end < 0 or not self.text.startswith(self.text[begin:end], at):
                return None
            return counter + 1, at + end - begin, groups, marks, -1
        found = self.run(instruction[-1], at, groups, whole=False)
        if kind == "look":
            if (found is not None) != instruction[1]:
                return None
            return counter + 1, at, found[1] if found and instruction[1] else groups, marks, -1
        return None if found is None else (counter + 1, found[0], found[1], marks, -1)


class Pattern:
    """A compiled pattern. Raises JavaError for a bad one."""

    def __init__(self, source: str) -> None:
        self._code, groups, self._names = _program(source)
        self._none: Groups = (-1,) * (2 * groups + 2)

    def matches(self, runtime: Runtime, text: str) -> bool:
        """Whether the whole text matches."""
        return _Machine(runtime, text).run(self._code, 0, self._none, whole=True) is not None

    def found(self, runtime: Runtime, text: str) -> Iterator[Groups]:
        """All matches from left to right; groups 0 and 1 are the begin and end of each."""
        machine = _Machine(runtime, text)
        at = 0
        while at <= len(text):
            found = machine.run(self._code, at, self._none, whole=False)
            if found is None:
                at += 1
                continue
            end, groups = found
            yield (at, end, *groups[2:])
            at = end if end > at else at + 1

    def replace(self, runtime: Runtime, text: str, new: str, *, every: bool) -> str:
        """replaceAll or replaceFirst; `new` may name groups as `$1` or `${name}`."""
        pieces = list(self._pieces(new))
        out: list[str] = []
        last = length = 0
        for groups in self.found(runtime, text):
            added = [text[last : groups[0]], *(self._piece(piece, text, groups) for piece in pieces)]
            length += sum(map(len, added))
            if length > runtime.limits.output:
                runtime.spend(length)
            out += added
            last = groups[1]
            if not every:
                break
        out.append(text[last:])
        return runtime.join(out)

    def split(self, runtime: Runtime, text: str, limit: int) -> list[str]:
        """The parts between matches, at most `limit` if that is positive."""
        parts: list[str] = []
        last = 0
        for groups in self.found(runtime, text):
            if 0 < limit == len(parts) + 1:
                break
            if groups[1] == 0 or (groups[0] == groups[1] == len(text)):
                continue
            parts.append(text[last : groups[0]])
            last = groups[1]
        return [*parts, text[last:]]

    def _pieces(self, new: str) -> Iterator[str | int]:
        at = 0
        while at < len(new):
            char = new[at]
            if char == "\\":
                if at + 1 == len(new):
                    raise JavaError(
                        "java.lang.IllegalArgumentException", "character to be escaped is missing"
                    )
                yield new[at + 1]
                at += 2
            elif char == "$":
                group, at = self._group(new, at + 1)
                yield group
            else:
                yield char
                at += 1

    def _group(self, new: str, at: int) -> tuple[int, int]:
        if new[at : at + 1] == "{" and "}" in new[at:]:
            end = new.index("}", at)
            name = new[at + 1 : end]
            if name not in self._names:
                raise JavaError("java.lang.IllegalArgumentException", f"No group with name {{{name}}}")
            return self._names[name], end + 1
        if not new[at : at + 1].isdecimal():
            raise JavaError("java.lang.IllegalArgumentException", "Illegal group reference")
        count = len(self._none) // 2
        group, at = int(new[at]), at + 1
        if group >= count:
            raise JavaError("java.lang.IndexOutOfBoundsException", f"No group {group}")
        while new[at : at + 1].isdecimal() and group * 10 + int(new[at]) < count:
            group, at = group * 10 + int(new[at]), at + 1
        return group, at

    def _piece(self, piece: str | int, text: str, groups: Groups) -> str:
        if isinstance(piece, str):
            return piece
        begin, end = groups[2 * piece], groups[2 * piece + 1]
        return "" if begin < 0 or end < 0 else text[begin:end]
