"""Hostile templates: no Python attribute can be reached, and nothing runs away."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from trunkline.engine.velocity import LimitExceeded, Limits, VelocityError, compile_template, render
from trunkline.engine.velocity.tools import TOOLS

SMALL = Limits(output=100_000, work=2_000_000, steps=5_000, items=5_000)


class Secret:
    """A Python object with something to steal."""

    token = "s3cret"

    def __str__(self) -> str:
        return self.token

    __repr__ = __str__


CONTEXT: dict[str, Any] = {
    "x": "X",
    "n": 5,
    "f": 1.5,
    "flag": True,
    "list": ["a"],
    "map": {"k": "v"},
    "long": "a" * 3000 + "!",
}
NAMES = (
    *("__class__", "__init__", "__globals__", "__mro__", "__subclasses__", "__dict__", "__doc__", "__self__"),
    *("__getattribute__", "__builtins__", "_run", "run", "kinds", "encode", "format_map", "translate"),
    *(
        "items",
        "pop",
        "append",
        "copy",
        "real",
        "denominator",
        "as_integer_ratio",
        "render",
        "methods",
        "scope",
    ),
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "value", ["x", "n", "f", "flag", "list", "map", "esc", "math", "foreach", "block", "keys"]
)
def test_no_python_name_is_a_property_or_method_of_any_value(name: str, value: str) -> None:
    setup = "#define($block)b#end#set($keys = $map.entrySet())"
    for use in (f"${{{value}.{name}}}", f"${{{value}.{name}()}}", f"${{{value}.{name}('x')}}"):
        template = f"{setup}#foreach($one in [1])[{use}]#end"
        assert render(template, CONTEXT) == f"[{use}]"


@pytest.mark.parametrize(
    "template",
    [
        "$x.__class__.__mro__[1].__subclasses__()",
        "$list.__init__.__globals__",
        "$esc.url.__globals__",
        "$x.class.forName('java.lang.Runtime').getRuntime().exec('id')",
        "$x.class.classLoader",
        "$x.getClass().getMethods()",
        "$map['__class__']",
        "$map.get('__class__')",
        "$x.getattr('__class__')",
    ],
)
def test_walks_that_break_other_implementations_print_themselves(template: str) -> None:
    assert render(template, CONTEXT) == template
    with pytest.raises(VelocityError):
        render(template, CONTEXT, strict=True)


def test_subclass_loops_find_nothing() -> None:
    template = "#foreach($k in $x.__class__.__mro__[1].__subclasses__())$k.__init__.__globals__#end|"
    assert render(template, CONTEXT) == "|"


def test_a_class_is_a_name_and_nothing_else() -> None:
    assert render("$x.class.name $map.class.simpleName", CONTEXT) == "java.lang.String LinkedHashMap"


def test_python_format_strings_mean_nothing() -> None:
    assert render("$x.concat('{0.__class__} %(a)s')", CONTEXT) == "X{0.__class__} %(a)s"
    with pytest.raises(VelocityError, match="UnknownFormatConversion"):
        render("$x.format('%(a)s', $x)", CONTEXT)


def test_a_python_object_in_the_context_is_never_read() -> None:
    for template in (
        "$o",
        "${o.token}",
        "$o.token()",
        "$x.concat($o)",
        "#foreach($i in $o)$i#end",
        "$l",
        '"$o"',
    ):
        try:
            text = render(template, {"o": Secret(), "l": [Secret()], "x": "X"})
        except VelocityError as error:
            text = str(error)
        assert "s3cret" not in text


def test_tools_hold_no_values_but_text() -> None:
    for tool in TOOLS.values():
        assert all(type(value) is str for value in tool.properties.values())
        assert not dataclasses.asdict(tool).keys() & set(NAMES) - {"methods"}


BOMBS = {
    "huge range": "#foreach($i in [1..2000000000])#end",
    "huge range printed": "#set($r = [1..2000000000])$r",
    "huge range searched": "#set($r = [1..2000000000])$r.contains('x')",
    "nested loops": "#foreach($i in [1..999])#foreach($j in [1..999])#foreach($k in [1..999])x#end#end#end",
    "string doubling": "#set($s = 'aaaa')#foreach($i in [1..60])#set($s = \"$s$s\")#end",
    "string sums": "#set($s = 'aaaa')#foreach($i in [1..60])#set($s = $s + $s)#end",
    "string concat": "#set($s = 'aaaa')#foreach($i in [1..60])#set($s = $s.concat($s))#end",
    "string replace": "#set($s = 'aaaa')#foreach($i in [1..60])#set($s = $s.replace('a', 'aaaaaaaa'))#end",
    "string repeat": "$x.repeat(2000000000)",
    "format width": "$x.format('%999999d', 1)",
    "list doubling": "#set($l = [1])#foreach($i in [1..60])$l.addAll($l)#end",
    "list in a list in itself": "#set($l = [1])#set($m = [2])$!l.add($m)$!m.add($l)$l",
    "number doubling": "#set($n = 3)#foreach($i in [1..60])#set($n = $n * $n)#end",
    "decimal doubling": "#set($n = '1e500' * 1)#foreach($i in [1..60])#set($n = $n * $n)#end",
    "macro calling itself": "#macro(m)#m()#end#m()",
    "macro calling itself twice": "#macro(m)#m()#m()#end#m()",
    "evaluated text evaluating itself": "#set($t = '#evaluate($t)')#evaluate($t)",
    "exponential macros": "#macro(a0)xx#end"
    + "".join(f"#macro(a{i})" + f"#a{i - 1}()" * 9 + "#end" for i in range(1, 16))
    + "#a15()",
    "exponential blocks": "#define($d0)xx#end"
    + "".join(f"#define($d{i})" + f"$d{i - 1}" * 9 + "#end" for i in range(1, 16))
    + "$d15",
    "catastrophic pattern": "$long.replaceAll('(a+)+b', 'x')",
    "ambiguous pattern": "$long.matches('(a|a)*b')",
    "polynomial pattern": "$long.matches('.*.*.*.*.*x')",
    "huge pattern": "$x.matches('((a{1000}){1000}){1000}')",
    "loop of large text": "#foreach($i in [1..4000])$long#end",
    "loop of long searches": '#foreach($i in [1..4000])#set($q = "$long")#end',
}


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("strict", [False, True])
def test_a_bomb_is_stopped_by_a_limit_and_told_where(bomb: str, strict: bool) -> None:
    with pytest.raises(LimitExceeded) as raised:
        render(BOMBS[bomb], CONTEXT, strict, limits=SMALL)
    assert raised.value.line >= 1


@pytest.mark.parametrize(
    "template",
    [
        "#if(true)" * 3000 + "x" + "#end" * 3000,
        "#if(" + "(" * 3000 + "1" + ")" * 3000 + ")x#end",
        "#if(" + "!" * 3000 + "true)x#end",
        "#set($q = " + "[" * 3000 + "]" * 3000 + ")",
        "#set($q = " + "{1:" * 3000 + "1" + "}" * 3000 + ")",
        "#if(" + "1+" * 3000 + "1)x#end",
        "#if(" + "true && " * 3000 + "true)x#end",
        "$x.a(" * 2000,
        "$x[" * 2000,
        "${x|" * 2000,
        "x" * 400_000,
    ],
)
def test_a_template_that_nests_or_grows_too_far_is_refused_when_compiled(template: str) -> None:
    with pytest.raises(VelocityError):
        compile_template(template)


@pytest.mark.parametrize(
    "template", ["$" * 5000, "#" * 5000, "\\" * 5000 + "$x", "${" * 2000, "#*" * 3000, "##" * 3000]
)
def test_rows_of_marks_are_read_in_one_go(template: str) -> None:
    assert isinstance(render(template, CONTEXT), str)


def test_a_list_that_holds_itself_prints_as_in_java() -> None:
    assert render("#set($l = [1])$!l.add($l)$l", {}) == "true[1, (this Collection)]"


def test_a_list_that_grows_while_looped_over_is_an_error() -> None:
    with pytest.raises(VelocityError, match="ConcurrentModification"):
        render("#set($l = [1])#foreach($i in $l)$!l.add(1)#end", {})
