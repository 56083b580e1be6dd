"""Studio scripts in the shapes of web and Desktop Studio, made up for the tests."""

from __future__ import annotations

from typing import Any

SNIPPET = 'ASSIGN greeting = "Hello"\r\nASSIGN tries = 1'


def action(number: int, name: str, label: str = "") -> dict[str, Any]:
    return {
        "actionId": number,
        "libraryId": f"0B8F561D-889E-4F1B-BF42-F36469B8F{number:03d}",
        "name": name,
        "version": 1,
        "label": label or name.title(),
        "dependencyOrder": "1",
        "implType": "0",
        "x": 100 * number,
        "y": 20,
    }


def link(to: int, label: Any = "", kind: str = "default", index: int = 0) -> dict[str, Any]:
    return {"to": to, "label": label, "type": kind, "index": index, "ports": "r,l", "elbows": []}


def script(name: str = "Main\\Greeting") -> dict[str, Any]:
    """Begin → snippet → menu → (1: play → end, default: end); an event leads to the same end."""
    return {
        "header": {"scriptName": name, "mediaType": 4, "mediaTypeName": "Phone", "busNo": 4599, "masterId": 77,
                   "lockInfo": {"isLocked": False}},
        "actions": {
            "1": action(1, "BEGIN"), "2": action(2, "SNIPPET", "Set up"), "4": action(4, "MENU", "Choose"),
            "10": action(10, "PLAY", "Say hello"), "5": action(5, "END"), "6": action(6, "ONRELEASE"),
        },
        "properties": {
            "2": {"0": {"name": "Data", "value": SNIPPET}, "1": {"name": "MaxStringSize", "value": "Limit2K"}},
            "10": {"0": {"name": "Sequence", "value": "%Hello"}},
        },
        "branches": {
            "1": [link(2)], "2": [link(4, 0)], "4": [link(5), link(10, "1", "case", 1)], "10": [link(5)],
            "6": [link(5)],
        },
    }  # fmt: skip


XML = """<?xml version="1.0" encoding="utf-8"?>
<ScriptContainer BusNo="4599" UserID="1">
  <Actions>
    <ActionStruct>
      <ActionID>3</ActionID><Action>END</Action><Caption>End</Caption><Parameters />
      <Branches /><Cases /><X>1</X><Y>1</Y><LibraryID>aa</LibraryID>
    </ActionStruct>
    <ActionStruct>
      <ActionID>2</ActionID><Action>SNIPPET</Action><Caption>Set up</Caption>
      <Parameters><string>ASSIGN password = "hunter2hunter2"</string><string /></Parameters>
      <DefaultNextAction><Text /><ActionID>3</ActionID><Index>0</Index></DefaultNextAction>
      <Branches><BranchStruct><Text>OnError</Text><ActionID>-1</ActionID><Index>1</Index></BranchStruct></Branches>
      <Cases /><LibraryID>bb</LibraryID>
    </ActionStruct>
    <ActionStruct>
      <ActionID>1</ActionID><Action>BEGIN</Action><Caption>Begin</Caption><Parameters />
      <DefaultNextAction><Text /><ActionID>2</ActionID><Index>0</Index></DefaultNextAction>
      <Branches /><Cases /><LibraryID>cc</LibraryID>
    </ActionStruct>
  </Actions>
  <MediaType>4</MediaType>
  <ModifyDate>0001-01-01T00:00:00</ModifyDate>
</ScriptContainer>
"""
