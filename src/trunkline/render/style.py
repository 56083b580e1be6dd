"""Colour and small words. Colour codes are dropped by the printer where there is no terminal."""

from __future__ import annotations

import click

from trunkline.domain.finding import Severity

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


def bold(text: str) -> str:
    return click.style(text, bold=True)


def dim(text: str) -> str:
    return click.style(text, dim=True)


def colour(text: str, name: str) -> str:
    return click.style(text, fg=name)


def severity(level: Severity) -> str:
    return click.style(str(level), fg=_COLOURS[level])


def count(number: int, noun: str, plural: str | None = None) -> str:
    """`1 flow`, `2 flows`, `3 queries`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
