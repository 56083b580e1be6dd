"""Conditions worked with offline: evaluated, rewritten, compared, looked over."""

from trunkline.engine.condition.evaluate import Evaluation, LeafTrace, Program, evaluate
from trunkline.engine.condition.fix import fixed
from trunkline.engine.condition.lint import Remark, can_be, lint
from trunkline.engine.condition.prove import Means, Proof, prove
from trunkline.engine.condition.rows import Row

__all__ = [
    "Evaluation",
    "LeafTrace",
    "Means",
    "Program",
    "Proof",
    "Remark",
    "Row",
    "can_be",
    "evaluate",
    "fixed",
    "lint",
    "prove",
]
