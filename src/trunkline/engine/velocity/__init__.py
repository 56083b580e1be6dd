"""Apache Velocity templates as data actions use them, behaving as Velocity 2.4.1.

    render("/api/v2/users/${input.id}", {"input": {"id": "7"}})   ->  "/api/v2/users/7"

No library does this: those for Python reach Python objects, so that a template can run shell commands.
Here a template meets plain values and allow-listed methods only, and every rendering is bounded.
"""

from __future__ import annotations

from .errors import LimitExceeded, Limits, VelocityError
from .template import Template, compile_template, render
from .uses import DirectiveUse, Use

__all__ = [
    "DirectiveUse",
    "LimitExceeded",
    "Limits",
    "Template",
    "Use",
    "VelocityError",
    "compile_template",
    "render",
]
