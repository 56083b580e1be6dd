"""Corners of the JSONPath dialect: literals, functions and comparisons as the Java library answers them."""

from __future__ import annotations

import pytest

from trunkline.engine.jsonpath import EvaluationError, InvalidPath, PathNotFound, evaluate

MISSING, REFUSED, FAILS = PathNotFound, InvalidPath, EvaluationError

CORNERS: list[tuple[str, object, object]] = [
    ("$[?(@['s', 'b'].avg()[0])]", [{"s": {}}], FAILS),
    ("$[?(1 nin @[*].keys())]", [[{"a": 1}]], FAILS),
    ("$.append({'a':[1,,2,],b:true, \"c\" : 'x'})", [], [{"a": [1, 2], "b": True, "c": "x"}]),
    ("$.append(007, 1.50, -0, 1e2, 5 apples, 1ex)", [], [7, 1.5, 0, 100.0, "5 apples", "1ex"]),
    ('$.append("a\\u0041\\n\\x41\\q")', [], ["aA\nA"]),
    ("$.append({a:null,b:nulls,c:t,d:1 })", [], [{"a": None, "b": "nulls", "c": "t", "d": 1}]),
    ("$.append({a 1})", [], FAILS),
    ("$.append({a:})", [], FAILS),
    ('$.append({"a":"b)', [], REFUSED),
    ("$.append(12345678901234567890)", [], [12345678901234567890]),
    ("$.append({a:[1})", [], REFUSED),
    ("$.append({:1})", [], FAILS),
    ("$.append({a:'\\u00zz'})", [], FAILS),
    ("$.append({a:1 b})", [], [{"a": "1 b"}]),
    ("$.append(-)", [], [0]),
    ("$.append($.length(), [1], 'x()', \"y\")", [1], [1, 1, "1]", ')"y"']),
    ('$.append("a,b", "c)d")', [], REFUSED),
    ("$.append(})", [], REFUSED),
    ("$.append(])", [], REFUSED),
    ("$.append((1))", [], [1]),
    ("$.append($.first())", [4], [4, 4]),
    (
        "$.concat($.o, $.l, true, 1e10, $.n)",
        {"o": {"a": 1, "b": [None, "x/y", {"c": 1.0}]}, "l": [{"z": 1}, ["q", 2], 3.5], "n": None},
        '{a=1, b=[null,"x\\/y",{"c":1.0}]}{z=1}["q",2]3.51.0E10',
    ),
    ("$.concat($.o.keys())", {"o": {"a": 1, "b": 2}}, "[a, b]"),
    ("$.o.append(1)", {"o": {}}, {}),
    ("$.size(1)", [1], FAILS),
    ('$.index("x")', [1], FAILS),
    ("$.index(-2)", [1, 2, 3], 2),
    ("$[*].keys()", [{"a": 1}, 2], [["a"], None]),
    ("$.max()", [-1, -2], 5e-324),
    ("$.length($.a)", {"a": [[1, 2]], "b": 1}, 2),
    (
        "$[?(@ in $[0])]",
        [['"q"', "'r'", "a\\nb", "[1]", "{}", "@"], "q", "r", "a\nb", "[1]", "{}", "@"],
        ["q", "r", "a\nb"],
    ),
    ("$[?(@ in $[0])]", [["\\uzzzz"], "q"], FAILS),
    ("$[?(@ in $[0])]", [[" $"], "q"], []),
    ("$[?($[0] contains @)]", [["[x", "{y]"], "[x", "{y]"], ["[x", "{y]"]),
    ("$[?(@ =~ /[1]/)]", [["a", 1], ["b"], {"a": 1}, None, True], [["a", 1]]),
    ("$[?(/true/ =~ @)]", [True, "true", 1], [True, "true"]),
    ("$[?(@ == [1,'a'])]", [[1, "a"], ["a", 1]], [[1, "a"]]),
    ("$[?([1] == @)]", [[1]], []),
    (
        "$[?(@ == {'a':[1.0,null]})]",
        [{"a": [1.0, None]}, {"a": [1, None]}, {"b": 1}, {"a": [1.0]}],
        [{"a": [1.0, None]}],
    ),
    ("$[?(@ exists true)]", [True, False], [True]),
    ("$[?(@ exists true)]", [1], []),
    ("$[?(@ exists 1)]", [1], FAILS),
    ("$[?(@ size 1)]", ["a", "😀", ["x"], {"a": 1}, 7], ["a", ["x"]]),
    ("$[?(@ size -1)]", [{"a": 1}], [{"a": 1}]),
    ("$[?(@ empty true)]", ["", [], 1, {"a": 1}], FAILS),
    ("$[?(@ empty true)]", ["", [], 1], ["", []]),
    ("$[?(@ in {'a':1})]", [1], []),
    ("$[?(@ subsetof {'a':1})]", [[1]], []),
    ("$[?({'a':1} anyof @)]", [[1]], []),
    ("$[?(@ > 'é')]", ["z", "ü", "😀", "\uffff"], ["ü", "😀", "\uffff"]),
    ("$[?(@ === null)]", [None, 0], [None]),
    ("$[?(@ !== '1')]", ["1", 1], [1]),
    ("$[?(@.keys() == 1)]", [{"a": 1}], FAILS),
    ("$[?(@ == true)]", [True, "true", 1], [True]),
    ("$[?(@ type 'x')]", [1], []),
    ("$[?(@ == 'a\\tb\\'c')]", ["a\tb'c"], ["a\tb'c"]),
    ("$[?(@ == '\\u12')]", [""], [""]),
    ("$[?(@.a==1||@.b==2&&@.c==3)]", [{"a": 1}, {"b": 2}, {"b": 2, "c": 3}], [{"a": 1}, {"b": 2, "c": 3}]),
    ("$[?(!!@.a)]", [{"a": 1}, {}], [{"a": 1}]),
    ("$[?(@ == 1.)]", [1], [1]),
    ("$[?(@ == .5)]", [0.5], [0.5]),
    ("$..[?(@.a)].a", {"a": 1, "b": [{"a": 2}]}, [1, 2]),
    ("$..[1:].x", [[{"x": 1}, {"x": 2}]], []),
    ("$..['a','b'].c", {"a": {"c": 1}, "b": {"c": 2}, "d": {"a": {"c": 3}}}, [1, 2, 3]),
    ("$..[0]", [[1], 2], [[1], 1]),
    ("$.a..length()", {"a": [1]}, []),
    ("$..a.first().length()", {"a": [[1, 2]]}, FAILS),
    ("$[*].sum($.x)", [[1], [2]], []),
    ("$.*.sum($.x)", {"y": [1]}, MISSING),
    ("$[?(@.l[*].x)]", [{"l": [{"x": 1}]}, {"l": [{"y": 1}]}, {"l": []}], [{"l": [{"x": 1}]}, {"l": []}]),
    ("$[?(@['a','b'])]", [{"a": 1}, {"a": 1, "b": 2}], [{"a": 1, "b": 2}]),
    (
        "$[?(@.a['b','c'].d)]",
        [{"a": {"b": {"d": 1}}}, {"a": {"b": {"d": 1}, "c": {"d": 2}}}],
        [{"a": {"b": {"d": 1}, "c": {"d": 2}}}],
    ),
    ("$[0,1].a", [{"a": 1}, 3], [1]),
    ("$.a[0,1]", {"a": 3}, MISSING),
    ("$.a['x','y']", {"a": 3}, MISSING),
]


@pytest.mark.parametrize(("expr", "doc", "wanted"), CORNERS)
def test_a_corner_of_the_dialect(expr: str, doc: object, wanted: object) -> None:
    if isinstance(wanted, type):
        with pytest.raises(wanted):
            evaluate(expr, doc)
    else:
        assert repr(evaluate(expr, doc)) == repr(wanted)


@pytest.mark.parametrize(
    ("pattern", "flags", "matching"),
    [
        (".", "", "a1_é\t \xa0٣"),
        (".", "d", "a1_é\t\r \xa0\u2028٣"),
        ("\\w", "", "a1_"),
        ("\\w", "U", "a1_é٣"),
        ("\\s", "", "\t\n\r "),
        ("\\d", "", "1"),
        ("\\d", "U", "1٣"),
        ("\\h", "", "\t \xa0"),
        ("\\v", "", "\n\r\u2028"),
        ("\\p{Alpha}", "", "a"),
        ("\\p{Alpha}", "U", "aé"),
        ("\\p{Lower}", "i", "a"),
        ("\\pL", "", "aé"),
        ("\\p{IsAlphabetic}", "", "aé"),
        ("[^a\\d]", "", "é_\t\n\r \xa0\u2028٣"),
        ("[A-Z]", "i", "a"),
        ("[À-Ý]", "iu", "é"),
        ("[\\t\\x{a0}-]", "", "\t\xa0"),
        ("\\cI|\\061", "", "\t1"),
    ],
)
def test_a_class_of_characters(pattern: str, flags: str, matching: str) -> None:
    alphabet = "a1_é\t\n\r \xa0\u2028٣"

    found = [char for char in alphabet if evaluate(f"$[?(@ =~ /{pattern}/{flags})]", [char])]

    assert set(found) == set(matching)
