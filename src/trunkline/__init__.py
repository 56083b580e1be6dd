"""Contact-centre configuration as code for Genesys Cloud and NICE CXone."""

from __future__ import annotations

from trunkline.version import __version__

TYPE_CHECKING = False
"""As of `typing`, whose import costs every command time in which Ctrl-C would show a traceback."""
if TYPE_CHECKING:
    from trunkline.library import Org, Project, connect, run_action

__all__ = ["Org", "Project", "__version__", "connect", "run_action"]


def __getattr__(name: str) -> object:
    """The library is imported when it is first asked for: the command line stays quick without it."""
    if name in __all__:
        from trunkline import library

        return getattr(library, name)
    raise AttributeError(f"module 'trunkline' has no attribute {name!r}")
