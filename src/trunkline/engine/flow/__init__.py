"""Architect flows, executed offline.

    program = build(configuration)                   once
    result = Run(program, Interaction(ask)).go()     often

`ask` answers whatever comes from outside: data actions, callers, schedules. A run never guesses: what
it cannot execute ends it as `unsupported`, what nobody answers as `unanswered`.
"""

from trunkline.engine.flow.assumptions import FLOW_ASSUMPTIONS
from trunkline.engine.flow.build import build
from trunkline.engine.flow.interaction import ACTION_LIMIT, START, Interaction
from trunkline.engine.flow.program import Program, Step
from trunkline.engine.flow.question import Answer, Ask, Kind, Question, Unanswered, Unsupported
from trunkline.engine.flow.run import Run
from trunkline.engine.flow.trace import Asked, End, Record, Result, Verdict, Visit

__all__ = [
    "ACTION_LIMIT",
    "FLOW_ASSUMPTIONS",
    "START",
    "Answer",
    "Ask",
    "Asked",
    "End",
    "Interaction",
    "Kind",
    "Program",
    "Question",
    "Record",
    "Result",
    "Run",
    "Step",
    "Unanswered",
    "Unsupported",
    "Verdict",
    "Visit",
    "build",
]
