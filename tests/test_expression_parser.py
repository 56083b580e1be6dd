"""Expression text to the platform's tree and back."""

from __future__ import annotations

import pytest

from trunkline.engine.expression import Declaration, ExpressionTextError, parse, to_text, without_places
from trunkline.engine.expression.parser import Node, syntax
from trunkline.engine.expression.tree import Tree, branch, leaf

FLOW = {
    "Flow.Count": Declaration("int", "id-count"),
    "Flow.Name": Declaration("str", "id-name"),
    "Flow.Json": Declaration("jsn", "id-json"),
    "Flow.Slot": Declaration("dat", "id-slot"),
    "Flow.List": Declaration("str_coll", "id-list"),
    "Flow.On": Declaration("bln", "id-on"),
}


def literal(pos: int, text: str, type_: str) -> dict[str, object]:
    return {"lit": {"pos": pos, "text": text, "type": type_}}


def test_a_call_keeps_its_place_and_takes_the_canonical_name():
    tree = parse("right(flow.name,  12)", FLOW)
    assert tree == {
        "Right": {
            "pos": 1,
            "text": "Right(flow.name, 12)",
            "operands": [
                {"ref": {"pos": 7, "text": "flow.name", "type": "str", "val": "id-name"}},
                literal(19, "12", "int"),
            ],
            "type": "str",
        }
    }


def test_property_and_index_put_the_key_before_the_owner():
    dotted = parse("ToPhoneNumber(Flow.Name).E164", FLOW)["."]
    assert dotted["pos"] == 25
    assert dotted["operands"][0] == literal(25, "e164", "str")
    indexed = parse("Flow.List[0]", FLOW)["["]
    assert indexed["operands"][0] == literal(11, "0", "int")
    assert (indexed["pos"], indexed["type"]) == (10, "str")


def test_json_properties_keep_their_letter_case():
    assert parse("Flow.Json.userName", FLOW)["."]["operands"][0]["lit"]["text"] == "userName"


def test_the_root_shows_the_normal_form_with_brackets():
    text = "Flow.Count+1*2 > 3 OR Flow.On and not_set == Flow.Name"
    tree = parse(text, FLOW)
    assert tree["OR"]["text"] == ("((Flow.Count + (1 * 2)) > 3) OR (Flow.On and (NOT_SET == Flow.Name))")


def test_a_negative_number_is_one_literal_and_a_bracketed_one_is_an_operation():
    assert parse("-5") == literal(1, "-5", "int")
    assert parse("-(5)")["-"]["operands"] == [literal(3, "5", "int")]
    assert to_text(parse("-(5)")) == "-(5)"


def test_a_cast_to_the_field_s_type_is_made_visible():
    assert parse("Flow.Slot", FLOW, "str")["ToString"]["text"] == "ToString(Flow.Slot)"
    assert parse('"Hi"', FLOW, "com")["ToCommunication"]["pos"] == 1
    assert parse("NOT_SET", FLOW, "com") == {"nul": {"pos": 1, "text": "", "type": "com"}}
    with pytest.raises(ExpressionTextError, match="of type str, expected bln"):
        parse("Flow.Name", FLOW, "bln")


def test_an_integer_where_a_decimal_is_needed_is_cast():
    assert to_text(parse("Round(Flow.Count, 1)", FLOW)) == "Round(ToDecimal(Flow.Count), 1)"


def test_not_set_takes_the_type_of_its_place():
    nul = parse("ToString(NOT_SET)")["ToString"]["operands"][0]["nul"]
    assert nul["type"] == "str"
    assert parse("Flow.Count == NOT_SET", FLOW)["=="]["operands"][1]["nul"]["type"] == "int"


def test_constants_of_formats_carry_the_configuration_s_name():
    tree = parse("Format.Date.shortYear")
    assert tree["."]["operands"][0]["lit"]["text"] == "dateShortYear"
    assert tree["."]["operands"][1]["sysref"]["val"] == "__FORMAT_DATE__"
    assert to_text(tree) == "Format.Date.shortYear"


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("1 - 2 - 3", "(1 - 2) - 3"),
        ("2 ^ 3 ^ 2", "2 ^ (3 ^ 2)"),
        ("-2 ^ 2", "-2 ^ 2"),
        ("!true == false", "(!true) == false"),
        ("1 | 2 & 3 == 3", "1 | (2 & (3 == 3))"),
        ("true or false and true", "true or (false and true)"),
        ("1 + 2 * 3 % 4", "1 + ((2 * 3) % 4)"),
        ("1 < 2 == true", "(1 < 2) == true"),
        ("true ? 1 : 2", "true ? 1 : 2"),
        ("true or false ? 1 + 1 : 2", "true or false ? (1 + 1) : 2"),
        ('"a" + (true ? "b" : "c")', '"a" + (true ? "b" : "c")'),
        ('"q\\"\\\\\\t\\n"', '"q\\"\\\\\\t\\n"'),
        ("- ( 3 + 2 )", "-(3 + 2)"),
        ("MakeList(1, 2)[0]", "MakeList(1, 2)[0]"),
    ],
)
def test_operators_bind_as_documented(text: str, normal: str):
    assert _shape(text) == normal
    assert _shape(normal) == normal


def _shape(text: str) -> str:
    """The normal form, built from the syntax alone so that ill-typed operands do not matter."""

    def tree(node: Node) -> Tree:
        if node.kind == "literal":
            return leaf("lit", node.pos, node.text, node.type)
        children = [tree(child) for child in node.children]
        return branch(node.text, node.pos, children[::-1] if node.kind == "[" else children, "any")

    return to_text(tree(syntax(text)))


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("1 +", 1, 4, "unexpected end"),
        ("1 + \n  )", 2, 3, "unexpected '\\)'"),
        ('Left("a", 1', 1, 12, "expected ',', found the end"),
        ('"abc', 1, 1, "closing quote"),
        ('"a\\qb"', 1, 3, "unknown escape"),
        ("Nope(1)", 1, 1, "no function Nope"),
        ("Flow.Missing", 1, 1, "no variable Flow.Missing"),
        ("lonely", 1, 1, "neither a variable"),
        ("1 2", 1, 3, "unexpected '2'"),
        ('5 == "5"', 1, 3, "== does not take \\(int, str\\)"),
        ("Left(5)", 1, 1, "Left does not take"),
        ("Flow.Name.e164", 1, 10, "has no property e164"),
        ("true ? 1 : false or true", 1, 18, "unexpected 'or'"),
        ("1 # 2", 1, 3, "unexpected '#'"),
        ("5.amount", 1, 2, "unexpected '.'"),
        ("1000000000000000", 1, 1, "at most 15 digits"),
        ("0." + "1" * 41, 1, 1, "at most 40 digits"),
        ("1..2", 1, 2, "unexpected '.'"),
        ("Left(,)", 1, 6, "unexpected ','"),
    ],
)
def test_a_fault_is_shown_with_line_and_column(text: str, line: int, column: int, reason: str):
    with pytest.raises(ExpressionTextError, match=reason) as caught:
        parse(text, FLOW)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_sixty_levels_of_nesting_are_the_limit():
    parse("(" * 59 + "1" + ")" * 59)
    for opening in ("(", "Trim(", "-", "!", "9^", "true?1:("):
        with pytest.raises(ExpressionTextError, match="levels of nesting"):
            parse(opening * 61 + "1")


def test_a_long_chain_is_no_nesting_but_has_its_own_limit():
    assert parse(" + ".join(["1"] * 150))["+"]["type"] == "int"
    with pytest.raises(ExpressionTextError, match="too deep"):
        parse(" + ".join(["1"] * 500))


def test_text_beyond_the_platform_s_limit_is_refused():
    assert parse('"' + "a" * 31_998 + '"')["lit"]["type"] == "str"
    with pytest.raises(ExpressionTextError, match="32000"):
        parse('"' + "a" * 31_999 + '"')


def test_without_declarations_unknown_variables_have_any_type():
    tree = parse("Flow.A + Flow.B")
    assert tree["+"]["type"] == "any"
    assert without_places(tree) == without_places(parse(to_text(tree)))


def test_a_built_in_variable_unknown_here_has_any_type():
    assert parse("Call.Ani", FLOW)["sysref"] == {
        "pos": 1,
        "text": "Call.Ani",
        "type": "str",
        "val": "__CALL_ANI__",
    }
    later = parse("Call.SomethingNew", FLOW)["sysref"]
    assert (later["type"], later["val"]) == ("any", "__CALL_SOMETHING_NEW__")


def test_prompts_are_known_without_a_declaration():
    assert parse("Prompt.Welcome")["ref"]["type"] == "pmt"
    assert parse("PromptSystem.on_hold_music")["sysref"]["val"] == "__on_hold_music__"
