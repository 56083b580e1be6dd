"""Names, texts and JSON values such as orgs hold them, and such as nobody expects."""

from __future__ import annotations

from hypothesis import strategies as st

LONG = "Long text, as somebody pasted a page of a manual. " * 60
ODD = (
    "", " ", "null", "true", "1e5", "0123", "~", "- a", "# no comment", "a: b", "'", '"', "\\", "a\r\nb", "a\rb", "\t",
    "${{ env.HOME }}", "${{ var.nothing }}", "${{ '${{' }}", "$${{x}}", "${{", "{{name}}", "${input.x}", "$esc.quote",
    "\ufeffmarked", "a\u2028b", "\u202eright to left", "e\u0301", "é", "😀", "\x00", "\x7f", "\x85", "İ", "ß", LONG,
)  # fmt: skip
"""Texts that files, YAML, templates or encodings have trouble with."""

texts = st.sampled_from(ODD) | st.text(st.characters(codec="utf-8"), max_size=30)
"""What a description may hold."""

_LETTERS = "abcXYZ09 .,;:-_'\"\\()[]{}&%#?*+=@~^|<>$ÄßéЖ日本😀"
_NAMES = (
    "Support", "support", "SUPPORT", "Straße", "STRASSE", "Überlauf", "U\u0308berlauf", "null", "true", "007", "1.0",
    "con", "..x", "a#1a2b3c", "a", "x #1", "100 %", "a*b", "*a", "?x", "${{ env.HOME }} x", "-rf a", "a\\b", "日本語", "😀 a",
    "Exported - Exported 2021-10-22 @ 14:08", "N" * 120,
)  # fmt: skip


def names(
    letters: str = _LETTERS, *, also: tuple[str, ...] = _NAMES, size: int = 12
) -> st.SearchStrategy[str]:
    """Names of objects: without blanks around them, with at least one letter or digit."""
    drawn = st.text(letters, min_size=1, max_size=size)
    return (st.sampled_from(also) | drawn).filter(
        lambda name: name == name.strip() and any(each.isalnum() for each in name)
    )


def folded(name: str) -> str:
    """What names are told apart by where a list holds each only once, in any case."""
    return name.casefold()


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
keys = st.sampled_from(("a", "b", "url", "Name", "0", "a.b", "*", "", "id", "é")) | st.text(
    st.characters(codec="utf-8"), max_size=8
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
