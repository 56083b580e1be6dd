"""Velocity templates: what they print, what they refuse, and where."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trunkline.engine.velocity import LimitExceeded, VelocityError, compile_template, render

CONTEXT: dict[str, Any] = {
    "input": {"id": "7", "n": 5, "f": 2.5, "ok": True, "empty": "", "list": ["x", "y"], "map": {"k": "v"}},
    "rawResult": '{"a":1}',
    "nothing": None,
    "zero": 0,
}


def show(template: str, strict: bool = False, **more: Any) -> str:
    return render(template, CONTEXT | more, strict)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("$input.id ${input.id} $!input.id $!{input.id}", "7 7 7 7"),
        ("${input.x} $input.x $!input.x|$!{input.x}|", "${input.x} $input.x ||"),
        ("$5 $$ $.id ${ x } ${} # #1 #fff {rawResult}", "$5 $$ $.id ${ x } ${} # #1 #fff {rawResult}"),
        ("${x|'alt'} ${input.empty|'none'} ${input.id|'alt'}", "alt none 7"),
        ("$input.list[0] $input.list[-1] $input.map['k'] $input.map.get('k')", "x y v v"),
        (r"\$input.id \\$input.id \$unset \#if", r"$input.id \7 \$unset #if"),
        ("a ## comment\nb #* block *#c #[[ $input.id ]]#", "a b c  $input.id "),
        ("#if($input.n > 3 && $input.id == 7)yes#{else}no#end", "yes"),
        ("#if($zero)a#elseif($input.empty)b#else c#end", " c"),
        ('#if("$!{input.x}" != "")"x": "$!{input.x}",#end{}', "{}"),
        ("#set($q = 7 / 2)$q #set($q = 7.0 / 2)$q #set($q = 1 + 'a')$q", "3 3.5 1a"),
        ("#foreach($i in $input.list)$foreach.count$i#if($foreach.hasNext),#end#end", "1x,2y"),
        ("#foreach($i in [])x#{else}none#end", "none"),
        ("#foreach($i in [1..5])#if($i == 3)#break#end$i#end!", "12!"),
        (
            "#foreach($i in [1..5])#foreach($j in [1..5])$i$j #if($j == 2)$foreach.parent.stop()#end#end#end$!i",
            "11 12 ",
        ),
        ("#macro(m $a)$a#break x#end#m('1')#m('2')|$!a", "12|"),
        ("#foreach($i in [1..3])$i#evaluate('$foreach.stop()')#end|#evaluate('a#break b')c", "1|ac"),
        ("a#stop b", "a"),
        ("#macro(hi $who $how='hello')$how $who#end#hi('you')", "hello you"),
        ("#macro(box)[$bodyContent]#end#@box()in#end", "[in]"),
        ("#define($d)<$input.id>#end$d$d", "<7><7>"),
        ("#evaluate('$input.id')", "7"),
        ('$input.id.concat("a ""$input.n"" b")', '7a "5" b'),
    ],
)
def test_a_template_prints_what_the_original_prints(template: str, text: str) -> None:
    assert show(template) == text


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("a\n  #if($input.ok)\n  T\n  #end\nb", "a\n  T\nb"),
        ("#set($q = 1)\n$q\n", "1\n"),
        ("x#if($input.ok)\ny\n#end\nz", "xy\n\nz"),
        ("#foreach($i in $input.list)\r\n- $i\r\n#end\r\nend", "- x\r\n- y\r\nend"),
    ],
)
def test_a_directive_alone_on_a_line_leaves_no_line_behind(template: str, text: str) -> None:
    assert show(template) == text


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ('{"p": $Presences}', "Variable $Presences has not been set at template[line 1, column 7]"),
        (
            "\n  ${input.x}",
            "Reference ${input.x} evaluated to null when attempting to render at template[line 2, column 3]",
        ),
        ("${input.x.y}", "Attempted to access 'y' on a null value at template[line 1, column 11]"),
        (
            "$input.id.nope",
            "Object 'java.lang.String' does not contain property 'nope' at template[line 1, column 11]",
        ),
        (
            "$input.id.no(1)",
            "Object 'java.lang.String' does not contain method no(java.lang.Integer) at template[line 1, column 11]",
        ),
        ("#nope()", "Macro '#nope' is not defined at template[line 1, column 1]"),
        ("\t$unset", "Variable $unset has not been set at template[line 1, column 9]"),
    ],
)
def test_strict_mode_says_what_is_missing_and_where(template: str, message: str) -> None:
    with pytest.raises(VelocityError) as raised:
        show(template, strict=True)
    assert str(raised.value) == message
    show(template)


@pytest.mark.parametrize(
    "template",
    [
        "${x",
        "#if(true)",
        "#end",
        "#else",
        "#if()x#end",
        "#set($q 1)",
        "#[[x",
        '$x.a("\\"")',
        "$x[",
        "#foreach($i)#end",
    ],
)
def test_a_template_that_does_not_parse_is_refused_with_its_place(template: str) -> None:
    with pytest.raises(VelocityError) as raised:
        compile_template(template)
    assert raised.value.line == 1
    assert raised.value.column >= 1


def test_errors_carry_the_name_given_to_the_template() -> None:
    with pytest.raises(VelocityError, match=r"at successTemplate\[line 1, column 1\]") as raised:
        render("$Presences", {}, strict=True, name="successTemplate")
    assert raised.value.template == "successTemplate"


def test_a_condition_may_ask_for_an_unset_variable_even_in_strict_mode() -> None:
    assert show("#if($unset)a#{else}b#end#if(!$unset && !$other)c#end", strict=True) == "bc"


def test_an_index_out_of_range_is_an_error_in_both_modes() -> None:
    for strict in (False, True):
        with pytest.raises(VelocityError, match="Error invoking method"):
            show("$input.list[9]", strict)


def test_the_context_stays_as_it_is() -> None:
    before = copy.deepcopy(CONTEXT)
    assert (
        show("#set($input.id = 'changed')$!input.list.add('z')$input.id$input.list") == "truechanged[x, y, z]"
    )
    assert show("#set($m = $input.map)#set($m.k = 1)#evaluate('#set($input.n = 0)')$m$input.n") == "{k=1}0"
    assert before == CONTEXT


def test_loops_can_be_switched_off() -> None:
    template = compile_template("a\n#foreach($i in [1..2])$i#end")
    assert template.render({}) == "a\n12"
    with pytest.raises(VelocityError, match=r"#foreach is switched off at template\[line 2, column 1\]"):
        template.render({}, foreach=False)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ('$esc.url("a b&é") $esc.urlFormEncode("a b") $esc.uriEncode("a b~")', "a+b%26%C3%A9 a+b a%20b~"),
        ('"$esc.jsonString($quoted)"', '"say \\"hi\\"\\n"'),
        ("${esc.quote}${esc.dollar}$esc.h", '"$#'),
        ('$encoding.base64("id:secret")', "aWQ6c2VjcmV0"),
        ('${successTemplateUtils.firstFromArray("[1.10, 2]", "0")}', "1.10"),
        ('${successTemplateUtils.firstFromArray("[]", "$esc.quote$esc.quote")}', '""'),
        ('${successTemplateUtils.firstFromArray("[{""a"": [1, 2]}]")}', '{"a":[1,2]}'),
        ('$salesforce.escReserved("+1 (2)")', "\\+1 \\(2\\)"),
        ('$msdynamics.phoneNumberFilter("5", ["a", "b"])', "a eq '5' or b eq '5'"),
        ('?x=1$urlTool.optionalQueryParam("k", "a b")$urlTool.optionalQueryParam("l", "")', "?x=1&k=a+b"),
        ("$math.add(1,2) $math.div(7,2) $math.roundTo(2,3.14159) $math.idiv(7,2)", "3 3.5 3.14 3"),
        ('$math.mul("2.5",2) $math.max(1,5,3) $math.round(2.5) $math.pow(2,10)', "5.0 5 2 1024"),
        ("$math.getTotal([1,2]) $math.getAverage([1,2,3]) $math.abs(-2) $math.mod(7,3)", "3 2 2 1"),
        ('$math.add("x",1)', '$math.add("x",1)'),
    ],
)
def test_the_tools_of_the_platform_are_always_there(template: str, text: str) -> None:
    assert show(template, quoted='say "hi"\n') == text


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ('"a-b-c".replace("-", "+")', "a+b+c"),
        ('"555-0100".replaceAll("[^0-9]", "")', "5550100"),
        ('"john smith".replaceAll("(\\w+) (\\w+)", "$2, $1")', "smith, john"),
        ('"aXbX".replaceFirst("X", "")', "abX"),
        ('"a, b,c".split(",\\s*").size()', "3"),
        ('"2024-01-02".matches("\\d{4}-\\d\\d-\\d\\d")', "true"),
        ('"hello".substring(1, 3)', "el"),
        ('"hello".indexOf("l")', "2"),
        ('"  x ".trim().toUpperCase()', "X"),
        ('"😀a".length()', "3"),
        ('"%s is %05d".format("%s is %05d", "n", 42)', "n is 00042"),
        ('"x".join("-", ["a", "b"])', "a-b"),
    ],
)
def test_text_has_the_methods_of_java(call: str, text: str) -> None:
    value, _, method = call.partition('".')
    single = method.replace('"', "'")
    assert render(f"$v.{single}", {"v": value[1:]}) == text


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("a|b", "b", True),
        ("(ab)+", "abab", True),
        ("a{2,3}", "aaaa", False),
        (r"(\w)\1", "aa", True),
        ("(?i)abc", "ABC", True),
        ("a(?=b)b", "ab", True),
        ("a(?!b).", "ab", False),
        ("(?:a*)*", "aaa", True),
        ("a*?b", "aab", True),
        ("a++a", "aaa", False),
        (r"[^\d\s-]+", "abc", True),
        (r"\Qa.b\E", "a.b", True),
        (r"^\p{Upper}\w*$", "Abc", True),
    ],
)
def test_regular_expressions_match_as_in_java(pattern: str, text: str, matches: bool) -> None:
    assert render("$v.matches($p)", {"v": text, "p": pattern}) == str(matches).lower()


@pytest.mark.parametrize("pattern", ["(", "[a", "a**", "*", "a{2,1}", r"\p{Nope}", "(?<=a)b", "[a&&b]"])
def test_a_bad_regular_expression_is_an_error(pattern: str) -> None:
    with pytest.raises(VelocityError, match="PatternSyntaxException"):
        render("$v.matches($p)", {"v": "x", "p": pattern})


def test_references_are_listed_with_their_place_for_lints() -> None:
    template = compile_template(
        '{"a": "$esc.jsonString("${input.a}")",\n#if($!input.b)"$!{c}"#end ${input["d"]|$e}}'
    )
    found = [
        (use.name, use.input, use.line, use.column, use.quiet, use.inside, use.place)
        for use in template.references
    ]
    assert found == [
        ("esc", None, 1, 8, False, (), "text"),
        ("input", "a", 1, 25, False, ("esc.jsonString",), "argument"),
        ("input", "b", 2, 5, True, (), "condition"),
        ("c", None, 2, 16, True, (), "text"),
        ("input", "d", 2, 27, False, (), "text"),
        ("e", None, 2, 40, False, (), "argument"),
    ]
    assert [use.call for use in template.references][:2] == ["esc.jsonString", None]
    assert template.references[1].quoted
    assert [(one.name, one.line, one.column) for one in template.directives] == [("if", 2, 1)]


def test_a_template_is_compiled_once() -> None:
    assert compile_template("$once") is compile_template("$once")


@given(st.text(alphabet="ab$#{}()[]!\\\"'.|,:=<>&+-*/% \t\n0if set end else foreach", max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_renders_or_is_refused_with_a_place(template: str) -> None:
    for strict in (False, True):
        try:
            assert isinstance(show(template, strict, a="A", b=["B"]), str)
        except VelocityError as error:
            assert error.line >= 1 or isinstance(error, LimitExceeded)


@given(st.text(max_size=80).filter(lambda text: not set(text) & set("$#\\\x1c") and text.isprintable()))
@settings(max_examples=100, deadline=None)
def test_text_without_marks_is_printed_as_it_is(text: str) -> None:
    assert render(text, {}) == text
    assert render("$v", {"v": text}) == text
