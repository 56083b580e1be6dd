"""The methods of java.lang.String that a template may call; positions count UTF-16 units, as in Java."""

from __future__ import annotations

import re
from typing import Any

from .calls import Methods, overloads
from .errors import JavaError, Overrun
from .patterns import Pattern
from .values import Array, Char, Runtime, Value, is_number

_BLANK = re.compile(r"^[\x00- ]+|[\x00- ]+$")


def units(text: str) -> str:
    """The UTF-16 units of `text`, one character each."""
    if text.isascii() or max(text) < "\U00010000":
        return text
    raw = text.encode("utf-16-le", "surrogatepass")
    return "".join(chr(raw[at] | raw[at + 1] << 8) for at in range(0, len(raw), 2))


def from_units(text: str) -> str:
    """Joins surrogate pairs again; a lone one stays, as in Java."""
    if not any("\ud800" <= char <= "\udfff" for char in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _out_of_bounds(message: str) -> JavaError:
    return JavaError("java.lang.StringIndexOutOfBoundsException", message)


def _substring(_: Runtime, text: str, begin: int, end: int | None = None) -> str:
    wide = units(text)
    last = len(wide) if end is None else end
    if not 0 <= begin <= last <= len(wide):
        raise _out_of_bounds(f"begin {begin}, end {last}, length {len(wide)}")
    return from_units(wide[begin:last])


def _char_at(_: Runtime, text: str, index: int) -> Char:
    wide = units(text)
    if not 0 <= index < len(wide):
        raise _out_of_bounds(f"index {index}, length {len(wide)}")
    return Char(wide[index])


def _code_point_at(runtime: Runtime, text: str, index: int) -> int:
    return ord(from_units(units(text)[index : index + 2])[0]) if _char_at(runtime, text, index) else 0


def _concat(runtime: Runtime, text: str, other: str) -> str:
    return runtime.join([text, other])


def _replace(runtime: Runtime, text: str, old: str, new: str) -> str:
    count = text.count(old)
    runtime.spend(len(text) + count * (len(new) - len(old)))
    return text.replace(old, new)


def _replace_all(runtime: Runtime, text: str, pattern: str, new: str) -> str:
    return Pattern(pattern).replace(runtime, text, new, every=True)


def _replace_first(runtime: Runtime, text: str, pattern: str, new: str) -> str:
    return Pattern(pattern).replace(runtime, text, new, every=False)


def _matches(runtime: Runtime, text: str, pattern: str) -> bool:
    return Pattern(pattern).matches(runtime, text)


def _split(runtime: Runtime, text: str, pattern: str, limit: int = 0) -> Array:
    parts = Pattern(pattern).split(runtime, text, limit)
    runtime.room(len(parts))
    if limit == 0:
        while len(parts) > 1 and not parts[-1]:
            parts.pop()
        if parts == [""] and text:
            parts = []
    return Array(list(parts), "Ljava.lang.String;")


def _index_of(_: Runtime, text: str, found: str | int, begin: int = 0) -> int:
    wanted = found if isinstance(found, str) else _char(found)
    return units(text).find(units(wanted), max(begin, 0))


def _last_index_of(_: Runtime, text: str, found: str | int, begin: int | None = None) -> int:
    wide = units(text)
    wanted = units(found if isinstance(found, str) else _char(found))
    if begin is None:
        return wide.rfind(wanted)
    return -1 if begin < 0 else wide.rfind(wanted, 0, begin + len(wanted))


def _char(code: int) -> str:
    if not 0 <= code <= 0x10FFFF:
        raise JavaError("java.lang.IllegalArgumentException", f"Not a valid Unicode code point: {code}")
    return chr(code)


def _starts_with(_: Runtime, text: str, prefix: str, begin: int = 0) -> bool:
    return begin >= 0 and units(text).startswith(units(prefix), begin)


def _compare(_: Runtime, text: str, other: str) -> int:
    left, right = units(text), units(other)
    for first, second in zip(left, right, strict=False):
        if first != second:
            return ord(first) - ord(second)
    return len(left) - len(right)


def _compare_folded(runtime: Runtime, text: str, other: str) -> int:
    return _compare(runtime, text.upper().lower(), other.upper().lower())


def _equals_folded(_: Runtime, text: str, other: str | None) -> bool:
    return other is not None and text.upper().lower() == other.upper().lower()


def text_hash(text: str) -> int:
    """String.hashCode."""
    found = 0
    for char in units(text):
        found = (31 * found + ord(char)) & 0xFFFFFFFF
    return found - 2**32 if found >= 2**31 else found


def _repeat(runtime: Runtime, text: str, count: int) -> str:
    if count < 0:
        raise JavaError("java.lang.IllegalArgumentException", f"count is negative: {count}")
    runtime.spend(len(text) * count)
    return text * count


def _upper(runtime: Runtime, text: str) -> str:
    return runtime.join([text.upper()])


def _lower(runtime: Runtime, text: str) -> str:
    return runtime.join([text.lower()])


def _bytes(runtime: Runtime, text: str, _: str = "UTF-8") -> Array:
    raw = text.encode("utf-8", "replace")
    runtime.room(len(raw))
    return Array([byte - 256 if byte > 127 else byte for byte in raw], "B")


def _chars(runtime: Runtime, text: str) -> Array:
    wide = units(text)
    runtime.room(len(wide))
    return Array([Char(char) for char in wide], "C")


def _value_of(runtime: Runtime, _: str, value: Value) -> str:
    return runtime.text(value) or "null"


def _joined(runtime: Runtime, _: str, glue: str, parts: list[Value]) -> str:
    texts = [runtime.text(part) or "null" for part in parts]
    runtime.spend(sum(map(len, texts)) + len(glue) * len(texts))
    return glue.join(texts)


_FORMAT = re.compile(r"%(?:(\d{1,4})\$)?([-#+ 0,(]*)(\d{1,6})?(?:\.(\d{1,6}))?([a-zA-Z%])")


def _format(runtime: Runtime, _: str, template: str, arguments: list[Value]) -> str:
    """String.format for `s S d x X o f e c b B n %`; anything else throws as an unknown conversion."""
    if len(arguments) == 1 and isinstance(arguments[0], Array):
        arguments = list(arguments[0])
    out: list[str] = []
    at = ordinary = 0
    while (start := template.find("%", at)) >= 0:
        out.append(template[at:start])
        found = _FORMAT.match(template, start)
        if found is None:
            raise JavaError("java.util.UnknownFormatConversionException", "Conversion = '%'")
        at = found.end()
        conversion = found[5]
        if conversion in "n%":
            out.append(_padded(runtime, {"n": "\n", "%": "%"}[conversion], found[2], found[3]))
            continue
        index = int(found[1]) - 1 if found[1] else ordinary
        ordinary += not found[1]
        if not 0 <= index < len(arguments):
            raise JavaError("java.util.MissingFormatArgumentException", f"Format specifier '{found[0]}'")
        text = _formatted(runtime, conversion, found[2], found[4], arguments[index])
        out.append(_padded(runtime, text, found[2], found[3]))
    out.append(template[at:])
    return runtime.join(out)


def _padded(runtime: Runtime, text: str, flags: str, width: str | None) -> str:
    size = int(width or 0)
    runtime.spend(max(size, len(text)))
    if "-" in flags:
        return text.ljust(size)
    return text.zfill(size) if "0" in flags else text.rjust(size)


def _formatted(runtime: Runtime, conversion: str, flags: str, precision: str | None, value: Value) -> str:
    if conversion in "sSbB":
        if conversion in "bB":
            value = value if isinstance(value, bool) else value is not None
        text = runtime.text(value)
        text = "null" if text is None else text
        text = text if precision is None else text[: int(precision)]
        return text.upper() if conversion in "SB" else text
    if value is None:
        return "null"
    if conversion == "c" and isinstance(value, (Char, int)):
        return str.__str__(value) if isinstance(value, Char) else _char(value)
    if conversion in "dxXo" and type(value) is int:
        grouping = "," if "," in flags and conversion == "d" else ""
        base = value if conversion == "d" or value >= 0 else value + (2**32 if value >= -(2**31) else 2**64)
        text = format(base, grouping + conversion)
    elif conversion in "fe" and is_number(value) and type(value) is not int:
        places = 6 if precision is None else int(precision)
        runtime.spend(places)
        if places > 1000:
            raise Overrun("Too many decimals, 1000 are allowed")
        text = format(value, f"{',' if ',' in flags else ''}.{places}{conversion}")
    elif conversion in "cdxXofe":
        raise JavaError("java.util.IllegalFormatConversionException", f"{conversion} != argument")
    else:
        raise JavaError("java.util.UnknownFormatConversionException", f"Conversion = '{conversion}'")
    if "+" in flags and not text.startswith("-"):
        return "+" + text
    return " " + text if " " in flags and not text.startswith("-") else text


def _simple(function: Any) -> Any:
    return lambda _runtime, text: function(text)


STRING: Methods = {
    "length": overloads(("", _simple(lambda text: len(units(text))))),
    "isEmpty": overloads(("", _simple(lambda text: not text))),
    "isBlank": overloads(("", _simple(lambda text: not text.strip()))),
    "charAt": overloads(("int", _char_at)),
    "codePointAt": overloads(("int", _code_point_at)),
    "substring": overloads(("int", _substring), ("int int", _substring)),
    "subSequence": overloads(("int int", _substring)),
    "concat": overloads(("text", _concat)),
    "replace": overloads(("char char", _replace), ("chars chars", _replace)),
    "replaceAll": overloads(("text text", _replace_all)),
    "replaceFirst": overloads(("text text", _replace_first)),
    "matches": overloads(("text", _matches)),
    "split": overloads(("text", _split), ("text int", _split)),
    "contains": overloads(("chars", lambda _, text, part: part in text)),
    "startsWith": overloads(("text", _starts_with), ("text int", _starts_with)),
    "endsWith": overloads(("text", lambda _, text, part: text.endswith(part))),
    "indexOf": overloads(
        *(("text", _index_of), ("int", _index_of), ("text int", _index_of), ("int int", _index_of))
    ),
    "lastIndexOf": overloads(
        *(("text", _last_index_of), ("int", _last_index_of)),
        *(("text int", _last_index_of), ("int int", _last_index_of)),
    ),
    "trim": overloads(("", _simple(lambda text: _BLANK.sub("", text)))),
    "strip": overloads(("", _simple(str.strip))),
    "stripLeading": overloads(("", _simple(str.lstrip))),
    "stripTrailing": overloads(("", _simple(str.rstrip))),
    "toUpperCase": overloads(("", _upper)),
    "toLowerCase": overloads(("", _lower)),
    "equals": overloads(("any", lambda _, text, other: type(other) is str and text == other)),
    "equalsIgnoreCase": overloads(("text?", _equals_folded)),
    "contentEquals": overloads(("chars", lambda _, text, other: text == other)),
    "compareTo": overloads(("text", _compare)),
    "compareToIgnoreCase": overloads(("text", _compare_folded)),
    "hashCode": overloads(("", _simple(text_hash))),
    "toString": overloads(("", _simple(lambda text: text))),
    "intern": overloads(("", _simple(lambda text: text))),
    "repeat": overloads(("int", _repeat)),
    "getBytes": overloads(("", _bytes), ("text", _bytes)),
    "toCharArray": overloads(("", _chars)),
    "valueOf": overloads(("any", _value_of)),
    "format": overloads(("text any*", _format)),
    "join": overloads(("chars list", _joined), ("chars any*", _joined)),
}
"""java.lang.String."""

CHARACTER: Methods = {
    "charValue": overloads(("", _simple(lambda char: char))),
    "toString": overloads(("", _simple(str.__str__))),
    "equals": overloads(("any", lambda _, char, other: isinstance(other, Char) and char == other)),
    "hashCode": overloads(("", _simple(ord))),
    "isDigit": overloads(("char", lambda _, _char, other: other.isdigit())),
    "isLetter": overloads(("char", lambda _, _char, other: other.isalpha())),
}
"""java.lang.Character."""
