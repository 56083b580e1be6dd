"""The syntax check that the service makes before it saves a script, as its answers show it."""

from __future__ import annotations

from dataclasses import dataclass, field

from trunkline.domain.json import JsonObject

_ENDINGS = ("END", "RETURN", "HANGUP", "STOP")


@dataclass(slots=True)
class Report:
    """Keys of errors and warnings by action id."""

    kinds: dict[str, str] = field(default_factory=dict[str, str])
    errors: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    warnings: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def body(self, *, success: bool, master_id: int | None) -> JsonObject:
        """The answer of the save."""
        actions = {
            key: {
                "actionType": kind,
                "errors": [{"key": each} for each in self.errors.get(key, [])],
                "warnings": [{"key": each} for each in self.warnings.get(key, [])],
            }
            for key, kind in self.kinds.items()
            if key in self.errors or key in self.warnings
        }
        details = {
            "totalErrors": str(sum(map(len, self.errors.values()))),
            "totalWarnings": str(sum(map(len, self.warnings.values()))),
            "actions": actions,
        }
        result = {
            "success": success,
            "masterId": master_id,
            "libraryId": None,
            "error_code": {"details": details},
        }
        return {"errorCount": len(self.errors), "results": [result]}


def report(content: JsonObject) -> Report:
    """What is wrong with a script that is to be saved."""
    found = Report()
    actions, branches = content.get("actions"), content.get("branches")
    ways: JsonObject = branches if isinstance(branches, dict) else {}
    listed: JsonObject = actions if isinstance(actions, dict) else {}
    for key, action in listed.items():
        kind = str(action.get("name", "")).upper() if isinstance(action, dict) else ""
        found.kinds[key] = kind
        if not kind or not action.get("libraryId"):
            found.errors.setdefault(key, []).append("action-not-available")
        elif not all(isinstance(action.get(each), int) for each in ("xws", "yws")):
            found.errors.setdefault(key, []).append("action-position-missing")
        links = ways.get(key) or []
        for link in links:
            if str(link.get("to")) not in listed:
                found.errors.setdefault(key, []).append("branch-target-missing")
        if not any(link.get("type") == "default" for link in links) and not kind.startswith(_ENDINGS):
            found.warnings.setdefault(key, []).append("default-branch-not-connected")
    return found
