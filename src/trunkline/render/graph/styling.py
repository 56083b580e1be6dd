"""The style sheet of a drawing: plain colours for every theme, so that any viewer of SVG shows it."""

from __future__ import annotations

from trunkline.render.graph.palette import DARK, LIGHT, LOOKS, TONES, Family, Surface

FONT = "Inter, 'Segoe UI', 'Helvetica Neue', Helvetica, Arial, 'Noto Sans', sans-serif"

_ITEM = (LOOKS[Family.ITEM].light, "#4c52c9")
"""The cards of items are filled: white text must be legible on them."""

_SHAPES = f"""
svg.flow {{ font-family: {FONT}; }}
.flow .canvas {{ stroke: none; }}
.flow .panel {{ stroke-width: 1.2; }}
.flow .box {{ stroke-width: 1.2; }}
.flow .icon {{ fill: none; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }}
.flow .tile {{ fill-opacity: .13; stroke: none; }}
.flow .label {{ font-size: 9px; font-weight: 600; letter-spacing: .07em; }}
.flow .number {{ font-size: 9px; text-anchor: end; }}
.flow .name {{ font-size: 13px; font-weight: 600; }}
.flow .detail {{ font-size: 11px; }}
.flow .pill rect {{ stroke-width: 1.2; }}
.flow .pill text {{ font-size: 10px; font-weight: 500; text-anchor: middle; }}
.flow .line {{ fill: none; stroke-width: 1.6; stroke-linejoin: round; }}
.flow .line.call {{ stroke-dasharray: 6 4; }}
.flow .line.disabled {{ stroke-dasharray: 2 4; }}
.flow .head {{ stroke: none; }}
.flow .shade {{ fill: #0b1224; fill-opacity: .05; stroke: none; }}
.flow .ghost .box {{ stroke-dasharray: 5 4; fill-opacity: 0; }}
.flow .lost {{ opacity: .62; }}
.flow .lost .box {{ stroke-dasharray: 3 3; }}
.flow .badge text {{ font-size: 10px; font-weight: 700; text-anchor: middle; fill: #fff; }}
.flow .badge.error circle {{ fill: #dc2626; }}
.flow .badge.warning circle {{ fill: #d97706; }}
.flow .badge.info circle {{ fill: #2563eb; }}
.flow .halo {{ fill: none; stroke: none; stroke-width: 3; }}
.flow .added > .halo {{ stroke: #22a06b; }}
.flow .removed > .halo {{ stroke: #dc2626; stroke-dasharray: 6 4; }}
.flow .changed > .halo, .flow .renamed > .halo, .flow .moved > .halo {{ stroke: #d9952b; }}
.flow .removed {{ opacity: .6; }}
.flow .mark rect {{ stroke: none; }}
.flow .mark text {{ font-size: 9px; font-weight: 700; text-anchor: middle; fill: #fff; }}
.flow .added .mark rect {{ fill: #15803d; }}
.flow .removed .mark rect {{ fill: #dc2626; }}
.flow .changed .mark rect, .flow .renamed .mark rect, .flow .moved .mark rect {{ fill: #b45309; }}
.flow .line.added {{ stroke: #22a06b !important; stroke-width: 2.8; }}
.flow .line.removed {{ stroke: #dc2626 !important; stroke-width: 1.8; stroke-dasharray: 3 4; }}
.flow .pill.added rect {{ stroke: #22a06b !important; stroke-width: 2.4; }}
.flow .pill.removed rect {{ stroke: #dc2626 !important; stroke-dasharray: 3 3; }}
.flow .pill.removed text {{ text-decoration: line-through; }}
"""


def drawing_style(theme: str) -> str:
    """CSS for an SVG file. `theme` is light, dark, or auto: as the viewer prefers."""
    if theme == "auto":
        dark = _colours(DARK, 1, "")
        return f"{_colours(LIGHT, 0, '')}@media (prefers-color-scheme: dark) {{\n{dark}}}\n{_SHAPES}"
    return _colours(DARK if theme == "dark" else LIGHT, int(theme == "dark"), "") + _SHAPES


def page_style() -> str:
    """CSS for a drawing in a page whose root says `data-theme`."""
    themes = _colours(LIGHT, 0, "[data-theme=light] ") + _colours(DARK, 1, "[data-theme=dark] ")
    return themes + _SHAPES


def page_variables() -> str:
    """The surfaces as CSS variables, for the page around the drawing."""
    rules: list[str] = []
    for theme, surface in (("light", LIGHT), ("dark", DARK)):
        values = " ".join(f"--{name}: {value};" for name, value in surface._asdict().items())
        rules.append(f"[data-theme={theme}] {{ {values} }}")
    for theme, index in (("light", 1), ("dark", 2)):
        values = " ".join(f"--f-{kind}: {look[index]};" for kind, look in LOOKS.items())
        rules.append(f"[data-theme={theme}] {{ {values} }}")
    return "\n".join(rules) + "\n"


def _colours(surface: Surface, index: int, scope: str) -> str:
    rules = [
        f".canvas {{ fill: {surface.canvas}; }}",
        f".dot {{ fill: {surface.dots}; }}",
        f".panel {{ fill: {surface.panel}; stroke: {surface.edge}; }}",
        f".box {{ fill: {surface.card}; stroke: {surface.border}; }}",
        f".name {{ fill: {surface.ink}; }}",
        f".detail {{ fill: {surface.muted}; }}",
        f".number {{ fill: {surface.faint}; }}",
        f".pill rect {{ fill: {surface.card}; }}",
        f".pill text {{ fill: {surface.muted}; }}",
    ]
    for family, look in LOOKS.items():
        colour = look[1 + index]
        rules.append(f".f-{family} .swatch {{ fill: {colour}; }}")
        if family is Family.ITEM:
            continue
        rules += [
            f".f-{family} .tile {{ fill: {colour}; }}",
            f".f-{family} .icon {{ stroke: {colour}; }}",
            f".f-{family} .label {{ fill: {colour}; }}",
        ]
    for sort, colours in TONES.items():
        rules += [
            f".line.t-{sort} {{ stroke: {colours[index]}; }}",
            f".head.t-{sort} {{ fill: {colours[index]}; }}",
            f".pill.t-{sort} rect {{ stroke: {colours[index]}; }}",
        ]
    rules += [
        f".f-item .box {{ fill: {_ITEM[index]}; stroke: none; }}",
        ".f-item .tile { fill: #fff; fill-opacity: .18; }",
        ".f-item .icon { fill: #fff; stroke: #fff; stroke-width: 1; }",
        ".f-item .label { fill: #fff; fill-opacity: .8; }",
        ".f-item .number { fill: #fff; fill-opacity: .8; }",
        ".f-item .name { fill: #fff; }",
    ]
    return "".join(f"{scope}.flow {rule}\n" for rule in rules)
