"""A plan as a value, and the pure function that makes it.

Three sides are compared for every resource, all in canonical form: *desired* (the files),
*actual* (the cloud) and *base* (what was last applied). A field that only the file changed is
*pending*; one that only the cloud changed is *drift*; one that both changed is a *conflict*.
An object that was never applied from here has no base: if it differs, its origin is unknown.
"""

from trunkline.domain.plan.make import hold_back, make_plan
from trunkline.domain.plan.types import Change, Facts, Operation, Plan, Policy, State

__all__ = ["Change", "Facts", "Operation", "Plan", "Policy", "State", "hold_back", "make_plan"]
