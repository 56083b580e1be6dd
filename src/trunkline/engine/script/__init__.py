"""JavaScript of script actions: `function main(context) {…}`, run in a sandbox.

A script runs in QuickJS-ng, in a worker process that limits its own memory, CPU time, files and
children, and that is killed when it does not answer. It sees the language and a `console`: no file, no
network, no module, no timer, no object of ours.
"""

from trunkline.engine.script.model import (
    DEFAULT_LIMITS,
    NOT_FIXED,
    Fixed,
    Frame,
    Limits,
    Log,
    ScriptEngine,
    ScriptFault,
    ScriptRun,
    Status,
)
from trunkline.engine.script.quickjs import QuickJs, default_engine

__all__ = [
    "DEFAULT_LIMITS",
    "NOT_FIXED",
    "Fixed",
    "Frame",
    "Limits",
    "Log",
    "QuickJs",
    "ScriptEngine",
    "ScriptFault",
    "ScriptRun",
    "Status",
    "default_engine",
]
