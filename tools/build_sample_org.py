"""Write the sample org of the emulator: `python tools/build_sample_org.py [--output DIR]`.

The files are deterministic; a test compares those committed with a fresh run.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from sample_org.org import build

SAMPLE = Path(__file__).resolve().parent.parent / "src" / "trunkline" / "emulator" / "sample"


def main() -> None:
    """Write every file, and remove those that are no longer part of the sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=SAMPLE, help="the folder to write to")
    output: Path = parser.parse_args().output
    files = build()
    for name, content in files.items():
        path = output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
        )
    for stale in {*output.glob("actions/*.json"), *output.glob("flows/*.json")} - {
        output / name for name in files
    }:
        stale.unlink()


if __name__ == "__main__":
    main()
