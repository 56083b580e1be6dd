"""Three-way merge of trees: changes of different leaves and of different branches come together."""

from __future__ import annotations

from difflib import SequenceMatcher

from trunkline.domain.diff import Clash, merge
from trunkline.domain.json import Json, JsonObject, Path, canonical_text, same


def merge_conditions(
    base: list[Json], theirs: list[Json], mine: list[Json]
) -> tuple[list[Json], list[Clash]]:
    """Lists of trees on the wire. Where both sides changed one thing differently, theirs stays: a clash."""
    merging = _Merging()
    return merging.list(base, theirs, mine, ("conditions",)), merging.clashes


class _Merging:
    def __init__(self) -> None:
        self.clashes: list[Clash] = []

    def node(self, base: Json, theirs: Json, mine: Json, path: Path) -> Json:
        if same(base, mine) or same(theirs, mine):
            return theirs
        if same(base, theirs):
            return mine
        if _is_branch(base) and _is_branch(theirs) and _is_branch(mine):
            return self._branch(base, theirs, mine, path)
        if all(isinstance(each, dict) and "children" not in each for each in (base, theirs, mine)):
            merged = merge(base, theirs, mine)
            if not merged.clashes:
                return merged.value
        self.clashes.append(Clash(path, base, theirs, mine))
        return theirs

    def _branch(self, base: JsonObject, theirs: JsonObject, mine: JsonObject, path: Path) -> Json:
        bare: list[JsonObject] = [{**each, "children": []} for each in (base, theirs, mine)]
        head = merge(bare[0], bare[1], bare[2])
        if head.clashes:
            self.clashes.append(Clash(path, base, theirs, mine))
            return theirs
        inner = (*path, "children")
        return {
            **head.value,
            "children": self.list(base["children"], theirs["children"], mine["children"], inner),
        }

    def list(self, base: list[Json], theirs: list[Json], mine: list[Json], path: Path) -> list[Json]:
        if len(base) == len(theirs) == len(mine):
            sides = zip(base, theirs, mine, strict=True)
            return [self.node(*each, (*path, index)) for index, each in enumerate(sides)]
        merged: list[Json] = []
        done = (0, 0, 0)
        for stable in [*_stable(base, theirs, mine), (len(base), len(theirs), len(mine))]:
            sides = [side[a:b] for side, a, b in zip((base, theirs, mine), done, stable, strict=True)]
            merged += self._chunk(*sides, path, done[0])
            if stable[0] < len(base):
                merged.append(base[stable[0]])
            done = (stable[0] + 1, stable[1] + 1, stable[2] + 1)
        return merged

    def _chunk(
        self, base: list[Json], theirs: list[Json], mine: list[Json], path: Path, start: int
    ) -> list[Json]:
        if same(base, mine) or same(theirs, mine):
            return theirs
        if same(base, theirs):
            return mine
        if len(base) == len(theirs) == len(mine):
            sides = zip(base, theirs, mine, strict=True)
            return [self.node(*each, (*path, start + index)) for index, each in enumerate(sides)]
        if not base:
            return [*theirs, *mine]
        self.clashes.append(Clash((*path, start), base, theirs, mine))
        return theirs


def _is_branch(value: Json) -> bool:
    return isinstance(value, dict) and isinstance(value.get("children"), list)


def _stable(base: list[Json], theirs: list[Json], mine: list[Json]) -> list[tuple[int, int, int]]:
    """Positions of elements that all three have, in order."""
    found = [_matches(base, other) for other in (theirs, mine)]
    return [(index, found[0][index], found[1][index]) for index in found[0] if index in found[1]]


def _matches(base: list[Json], other: list[Json]) -> dict[int, int]:
    texts = [[canonical_text(each) for each in side] for side in (base, other)]
    blocks = SequenceMatcher(None, texts[0], texts[1], autojunk=False).get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}
