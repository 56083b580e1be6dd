"""The generated pages of docs/ are what `make docs` would write now."""

from __future__ import annotations

import pytest
from tools.docs import DOCS, PAGES

from trunkline.rules import all_rules

RULES = all_rules()


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_current(name):
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), f"docs/{name} is old: run `make docs`"


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_every_rule_says_why_shows_an_example_and_a_fix(rule):
    assert rule.title
    assert rule.explanation.endswith(".")
    assert rule.example
    assert rule.fix
