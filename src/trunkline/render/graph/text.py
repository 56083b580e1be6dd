"""How wide text is, and how it is shortened: a drawing has no browser to ask."""

from __future__ import annotations

import unicodedata

_WIDTHS: dict[str, float] = {
    **dict.fromkeys("ijl|.,:;'!", 0.27),
    **dict.fromkeys('frtI()[]{}/\\ -*"`', 0.36),
    **dict.fromkeys("mwMW@%", 0.88),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZ&_", 0.68),
    **dict.fromkeys("<>=+~^", 0.6),
}
_LABELS = {
    "AskForNLUIntentAction": "ask for intent",
    "DataAction": "data action",
    "EndStateAction": "end state",
    "GetAttributesAction": "get participant data",
    "SecureDataAction": "secure data action",
    "SetAttributesAction": "set participant data",
    "TaskAction": "jump to task",
    "MenuAction": "jump to menu",
    "TransferMenuAction": "jump to menu",
    "TransferPureMatchAction": "transfer to ACD",
    "TransferTaskAction": "jump to task",
    "UpdateVariableAction": "update data",
}
"""What Architect's editor calls actions whose type says something else."""

_NORMAL = 0.56
_WIDE = 1.0


def width(text: str, size: float) -> float:
    """About how wide a line of sans-serif text is at a font size; rather too wide than too narrow."""
    return sum(_glyph(letter) for letter in text) * size


def fit(text: str, size: float, room: float) -> str:
    """The text, or as much of it as fits before an ellipsis. Line ends become blanks."""
    line = " ".join(text.split())
    if width(line, size) <= room:
        return line
    room -= _WIDE * size
    kept = 0
    for letter in line:
        room -= _glyph(letter) * size
        if room < 0:
            break
        kept += 1
    return f"{line[:kept].rstrip()}…"


def _glyph(letter: str) -> float:
    if letter in _WIDTHS:
        return _WIDTHS[letter]
    if unicodedata.east_asian_width(letter) in "WF":
        return _WIDE
    return 0.0 if unicodedata.combining(letter) else _NORMAL


def words(name: str) -> str:
    """`DataTableLookupAction` as `data table lookup`; the editor's words where its own say something else."""
    if name in _LABELS:
        return _LABELS[name]
    plain = name.removesuffix("Action") or name
    letters = [
        f" {letter}"
        if letter.isupper() and index and not (plain[index - 1].isupper() or plain[index - 1] == " ")
        else letter
        for index, letter in enumerate(plain)
    ]
    return " ".join("".join(letters).split()).lower()
