"""The paths of a flow, found by running it."""

from trunkline.engine.flow.explore.answering import Attempt, usual_answers
from trunkline.engine.flow.explore.branches import Branch, branches, taken, visited
from trunkline.engine.flow.explore.reasons import Unreachable, unreachable
from trunkline.engine.flow.explore.search import MAX_PATHS, Search, search

__all__ = [
    "MAX_PATHS",
    "Attempt",
    "Branch",
    "Search",
    "Unreachable",
    "branches",
    "search",
    "taken",
    "unreachable",
    "usual_answers",
    "visited",
]
