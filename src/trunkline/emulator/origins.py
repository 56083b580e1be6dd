"""What an org holds at first and after a reset: nothing, the sample, or what a folder held."""

from __future__ import annotations

from pathlib import Path

from trunkline.domain.json import JsonObject
from trunkline.emulator.genesys import founding, sample, seed
from trunkline.emulator.kernel import Kernel
from trunkline.emulator.orgs import Org


def found(kernel: Kernel, seed: Path | None) -> str | None:
    """The orgs of a new emulator: a Genesys org and a CXone tenant; one line on a seed, if there is one."""
    origin: JsonObject = {"kind": "folder", "path": str(seed.resolve())} if seed else {"kind": "sample"}
    with kernel.store.transaction():
        org = kernel.orgs.create("genesys", "genesys", origin)
        report = fill(org)
        fill(kernel.orgs.create("cxone", "cxone", {"kind": "sample"}))
    return report


def opened(kernel: Kernel, data: Path | None, seed: Path | None) -> str:
    """One line on a state that was there: what it holds, and how the emulator before left it."""
    store, orgs = kernel.store, kernel.orgs.all()
    line = f"{data} holds {len(orgs)} orgs with {len(store)} objects, "
    if store.log:
        size = f"{store.log / 1024:,.0f} KB"
        line += f"recovered: its emulator was killed, {size} of its log were read back and the file is sound"
    else:
        line += "as they were left"
    return f"{line}; it is not seeded again" if seed else line


def fill(org: Org) -> str | None:
    """Fill an empty org by its origin; one line on a seed, if that is it."""
    if org.cloud != "genesys":
        return None
    origin = org.record["origin"]
    if origin["kind"] == "sample":
        sample.fill(org)
        return None
    founding.found(org)
    return seed.seed(org, Path(origin["path"])) if origin["kind"] == "folder" else None
