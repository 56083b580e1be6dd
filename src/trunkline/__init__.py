"""Contact-centre configuration as code for Genesys Cloud and NICE CXone."""

from __future__ import annotations

from trunkline.version import __version__

TYPE_CHECKING = False
"""As of `typing`, whose import costs every command time in which Ctrl-C would show a traceback."""
if TYPE_CHECKING:
    from trunkline.connection import connect
    from trunkline.library import Project, run_action
    from trunkline.org import Org

__all__ = ["Org", "Project", "__version__", "connect", "run_action"]

_ROOMS = {"connect": "connection", "Org": "org", "Project": "library", "run_action": "library"}


def __getattr__(name: str) -> object:
    """The library is imported when it is first asked for: the command line stays quick without it."""
    if name in _ROOMS:
        import importlib

        return getattr(importlib.import_module(f"trunkline.{_ROOMS[name]}"), name)
    raise AttributeError(f"module 'trunkline' has no attribute {name!r}")
