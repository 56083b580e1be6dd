"""Velocity templates: trunkline's engine against airspeed, on trusted templates, in one run.

Run: python bench/velocity.py
Prints microseconds per rendering of a compiled template and the ratio (above 1: ours is faster).
"""

from __future__ import annotations

import timeit
from typing import Any

from trunkline.engine.velocity import Template

CONTEXT: dict[str, Any] = {
    "input": {"id": "7", "name": "Ada", "n": 5, "list": [str(at) for at in range(100)]},
    "queue": '"support"',
    "count": "[3]",
}
TEMPLATES = {
    "url": "/api/v2/users/${input.id}/queues?name=${input.name}",
    "body": (
        '{"name": "${input.name}", "id": "$input.id", '
        '#if("$!{input.x}" != "")"x": "$!{input.x}",#end "n": ${input.n}}'
    ),
    "success": '{"queue": ${queue}, "count": ${count}, "total": $!{count}}',
    "hundred items": "#foreach($i in $input.list)$i#if($foreach.hasNext),#end#end",
}


def microseconds(function: Any) -> float:
    """Best of five."""
    number = max(1, int(0.05 / max(timeit.timeit(function, number=1), 1e-6)))
    return min(timeit.repeat(function, number=number, repeat=5)) / number * 1e6


def main() -> None:
    try:
        import airspeed
    except ImportError:
        airspeed = None
    for name, text in TEMPLATES.items():
        ours = Template(text, name)
        mine = microseconds(lambda ours=ours: ours.render(CONTEXT))
        line = f"{name:14} trunkline {mine:8.1f} µs"
        if airspeed is not None:
            theirs = airspeed.Template(text)
            if theirs.merge(CONTEXT) != ours.render(CONTEXT):
                line += "  (airspeed prints something else)"
            other = microseconds(lambda theirs=theirs: theirs.merge(CONTEXT))
            line += f"  airspeed {other:8.1f} µs  ratio {other / mine:.1f}"
        print(line)


if __name__ == "__main__":
    main()
