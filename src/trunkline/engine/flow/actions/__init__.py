"""Every action type that can be executed, one file a family. Importing this declares them all."""

from trunkline.engine.flow.actions import (
    bots,
    control,
    ending,
    keypad,
    modules,
    records,
    services,
    speaking,
    transfers,
)
from trunkline.engine.flow.actions.registry import known_types, make

FAMILIES = (bots, control, ending, keypad, modules, records, services, speaking, transfers)

__all__ = ["FAMILIES", "known_types", "make"]
