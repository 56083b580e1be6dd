"""Reads the statements of a template, by the productions of Velocity 2's published grammar.

What is looked at ahead, and in which order, is the grammar's own, since each look makes tokens in the
lexical state of that moment. Spaces around directives are gobbled as in the mode LINES, the default.
"""

from __future__ import annotations

from .errors import Place
from .expressions import ExpressionParser
from .lexer import Lexer
from .nodes import (
    Block,
    Constant,
    Directive,
    Expression,
    If,
    Interpolated,
    Parameter,
    Parsed,
    Reference,
    Set,
    Statement,
    Text,
    Word,
)

BLOCKS = frozenset(["foreach", "macro", "define"])
LINES = frozenset(["break", "stop", "evaluate", "parse", "include"])
_CONTROLS = BLOCKS | LINES | {"if", "end", "set", "else", "elseif"}
_TEXT = frozenset(
    [
        *("TEXT", "DOT", "RPAREN", "LPAREN", "INTEGER", "FLOAT", "STRING", "ESCAPE", "LCURLY", "RCURLY"),
        *("EMPTY_INDEX", "PIPE", "NEWLINE", "WHITESPACE", "SUFFIX", "OR_BARS"),
    ]
)
_BRANCH_ENDS = frozenset(["ELSEIF", "ELSE", "END"])


def parse(text: str, template: str, origin: Place | None = None, depth: int = 0) -> Parsed:
    """Parses `text`. Raises VelocityError, with the place, for what the original refuses."""
    parser = StatementParser(Lexer(text, template, origin), depth)
    return Parsed(parser.template_block(), parser.macros)


class StatementParser(ExpressionParser):
    """One parser for one text; `macros` fills up on the way."""

    def __init__(self, lexer: Lexer, depth: int) -> None:
        super().__init__(lexer, depth)
        self.macros: dict[str, Directive] = {}

    def parse_quoted(self, text: str, place: Place) -> Block:
        """The inside of a double-quoted string, which is a template of its own."""
        parsed = parse(text, self.lexer.template, place, self.depth + 1)
        for name, macro in parsed.macros.items():
            self.macros.setdefault(name, macro)
        return parsed.block

    def template_block(self) -> Block:
        """The whole text."""
        found: list[Statement] = []
        after_newline = True
        while self.peek() != "EOF":
            after_newline = self.statement(found, after_newline)
        return Block(tuple(found))

    def block_until(self, ends: frozenset[str], after_newline: bool) -> tuple[list[Statement], bool]:
        """Statements up to one of the tokens `ends`, or to the blanks before it on a line of its own."""
        found: list[Statement] = []
        while self.peek() not in ends and not (
            after_newline and self.peek() == "WHITESPACE" and self.peek(2) in ends
        ):
            after_newline = self.statement(found, after_newline)
        return found, after_newline

    def statement(self, out: list[Statement], after_newline: bool) -> bool:
        """Reads one statement into `out`; True when it ended with a line end."""
        if self.next_is("IF", after_newline):
            return self.if_statement(out, after_newline)
        if self.reference_follows():
            out.append(self.reference())
            return False
        kind = self.peek()
        if kind in ("LINE_COMMENT_START", "BLOCK_COMMENT", "FORMAL_COMMENT"):
            return self.comment(out)
        if kind == "TEXTBLOCK":
            out.append(Text(self.take().image[3:-3]))
            return False
        if self.next_is("SET_DIRECTIVE", after_newline):
            return self.set_statement(out, after_newline)
        if kind == "ESCAPE_DIRECTIVE":
            out.append(Text(self.escaped_directive(self.take().image)))
            return False
        if kind == "DOUBLE_ESCAPE":
            self.escapes(out)
            return False
        if self.next_is("WORD", after_newline) or self.next_is("BRACKETED_WORD", after_newline):
            return self.directive(out, after_newline)
        return self.text(out, after_newline)

    def next_is(self, kind: str, after_newline: bool) -> bool:
        """Whether `kind` comes next, at the start of a line also behind blanks."""
        first = self.peek()
        return first == kind or (after_newline and first == "WHITESPACE" and self.peek(2) == kind)

    def text(self, out: list[Statement], after_newline: bool) -> bool:
        kind = self.peek()
        if kind in _TEXT:
            token = self.take()
            out.append(Text(self.literal(token)))
            if kind == "OR_BARS":
                return after_newline
            return kind in ("TEXT", "NEWLINE", "SUFFIX")
        if kind == "INLINE_TEXT":
            out.append(Text(self.literal(self.take())))
            if self.peek() == "TEXT":
                out.append(Text(self.literal(self.take())))
                return True
            return False
        if kind == "LONE_SYMBOL":
            token = self.take()
            token.image = token.image[:-1]
            out.append(Text(self.literal(token)))
            return False
        if kind == "ZERO_WIDTH":
            if self.peek(2) == "EOF":
                self.take()
                return after_newline
            out.append(Text(self.literal(self.take())))
            return False
        raise self.unexpected()

    def comment(self, out: list[Statement]) -> bool:
        token = self.take()
        found = [at for at in (token.image.find("##"), token.image.find("#*")) if at >= 0]
        if found:
            out.append(Text(token.image[: found[0]]))
        if token.kind != "LINE_COMMENT_START":
            return False
        if self.peek() == "LINE_COMMENT":
            self.take()
        return True

    def escaped_directive(self, image: str) -> str:
        """`\\#if` prints `#if`; before anything that is no directive the backslash stays."""
        last = image.rindex("\\")
        name = image[last + 2 :].strip("{}")
        known = name in _CONTROLS or name in self.macros
        return image[: last // 2] + image[last + 1 :] if known else image

    def escapes(self, out: list[Statement]) -> None:
        count = 0
        special = self.special()
        while self.peek() == "DOUBLE_ESCAPE":
            self.take()
            count += 1
        self.peek()
        following = self.tokens[self.at]
        name = following.image[1:]
        control = following.kind in ("IF", "ELSE", "ELSEIF", "END")
        control = control or name in BLOCKS or name in LINES or name in self.macros
        out.append(Text(special + ("\\" if control else "\\\\") * count))

    def line_end(self, wanted: bool = True) -> str | None:
        """Takes blanks and a line end, if that is what comes."""
        if not wanted:
            return None
        if self.peek() == "NEWLINE":
            return self.take().image
        if self.peek() == "WHITESPACE" and self.peek(2) == "NEWLINE":
            return self.take().image + self.take().image
        return None

    def indentation(self) -> str:
        return self.take().image if self.peek() == "WHITESPACE" else ""

    def glued(self, image: str) -> str:
        """The `$` and `#` that the lexer glued to the front of a directive."""
        return image[: image.rindex("#")]

    def set_statement(self, out: list[Statement], after_newline: bool) -> bool:
        prefix = self.indentation()
        opening = self.take()
        place = self.lexer.places.at(opening.offset)
        self.blanks()
        target = self.reference()
        self.blanks()
        self.expect("EQUALS")
        value = self.group()
        self.expect("RPAREN")
        self.lexer.in_set = False
        postfix = self.line_end(after_newline)
        before = self.glued(opening.image)
        out.append(Set(target, value, place, before, prefix, postfix or ""))
        return postfix is not None

    def if_statement(self, out: list[Statement], after_newline: bool) -> bool:
        self.enter()
        line_start = after_newline
        prefix = self.indentation()
        opening = self.take()
        place = self.lexer.places.at(opening.offset)
        branches: list[tuple[Expression | None, list[Statement], str]] = []
        condition: Expression | None = self.condition()
        kind, ends = "IF", _BRANCH_ENDS
        while kind != "END":
            after_newline = self.line_end() is not None or after_newline
            statements, after_newline = self.block_until(ends, after_newline)
            indent = self.indentation()
            closing = self.take() if self.peek() in ends else self.expect("END")
            branches.append((condition, statements, self.tail(indent, closing.image)))
            kind = closing.kind
            condition = self.condition() if kind == "ELSEIF" else None
            ends = frozenset(["END"]) if kind == "ELSE" else ends
        postfix = self.line_end(line_start)
        found = tuple((test, Block(tuple(body), tail)) for test, body, tail in branches)
        out.append(If(found, place, self.glued(opening.image), prefix, postfix or ""))
        self.leave()
        return postfix is not None

    def condition(self) -> Expression:
        self.blanks()
        self.expect("LPAREN")
        found = self.group()
        self.expect("RPAREN")
        return found

    def directive(self, out: list[Statement], after_newline: bool) -> bool:
        self.enter()
        line_start = after_newline
        first = self.at
        prefix = self.indentation()
        word = self.take()
        place = self.lexer.places.at(word.offset)
        name = word.image[word.image.rindex("#") + 1 :].strip("{}")
        self.lexer.state = "DIRECTIVE"
        bracketed = self.lexer.followed_by("(")
        arguments: list[Expression] = []
        parameters: list[Parameter] = []
        if bracketed:
            self.arguments(name, arguments, parameters)
        else:
            self.lexer.pop()
        has_block = name in BLOCKS or name.startswith("@")
        postfix = self.line_end(has_block or line_start or name in ("parse", "include"))
        self.check(name, arguments, self.lexer.places.at(word.offset + len(word.image)))
        after_newline = postfix is not None
        block = otherwise = None
        if has_block:
            block, otherwise, postfix = self.body(name, after_newline, line_start)
            after_newline = postfix is not None
        last = self.tokens[self.at - 1]
        called = last.image.startswith((")", "#end"))
        found = Directive(
            *(name, tuple(arguments), tuple(parameters), block, otherwise, place),
            source="".join(token.image for token in self.tokens[first : self.at]),
            called=called,
            before=self.glued(word.image),
            prefix=prefix,
            postfix=postfix or "",
        )
        if name == "macro" and isinstance(arguments[0], Word):
            self.macros.setdefault(arguments[0].text, found)
        out.append(found)
        self.leave()
        return after_newline

    def body(
        self, name: str, after_newline: bool, line_start: bool
    ) -> tuple[Block, Block | None, str | None]:
        """The block of a directive, the `#else` of a loop, and the line end behind its `#end`."""
        ends = frozenset(["END", "ELSE"])
        statements, after_newline = self.block_until(ends, after_newline)
        indent = self.take().image if after_newline and self.peek() == "WHITESPACE" else ""
        rest: list[Statement] | None = None
        tail = ""
        if name == "foreach" and self.peek() == "ELSE":
            tail = self.tail(indent, self.take().image)
            after_newline = self.line_end() is not None or after_newline
            rest, after_newline = self.block_until(frozenset(["END"]), after_newline)
            indent = self.take().image if after_newline and self.peek() == "WHITESPACE" else ""
        end_tail = self.tail(indent, self.expect("END").image)
        postfix = self.line_end(line_start)
        if rest is None:
            return Block(tuple(statements), end_tail), None, postfix
        return Block(tuple(statements), tail), Block(tuple(rest), end_tail), postfix

    def tail(self, indent: str, image: str) -> str:
        glued = self.glued(image)
        return indent + glued if glued else ""

    def arguments(self, name: str, found: list[Expression], parameters: list[Parameter]) -> None:
        self.blanks()
        self.expect("LPAREN")
        while not self.closing_follows():
            self.blanks()
            if self.peek() == "COMMA":
                self.take()
                self.blanks()
            if name == "macro" and self.assignment_follows():
                parameter = self.reference()
                self.blanks()
                self.expect("EQUALS")
                self.blanks()
                found.append(parameter)
                parameters.append(Parameter(parameter.root, self.directive_argument()))
            elif self.peek() == "LINE_COMMENT_START" and name == "macro":
                self.take()
                if self.peek() == "LINE_COMMENT":
                    self.take()
            else:
                self.argument(name, found, parameters)
        self.blanks()
        self.expect("RPAREN")

    def argument(self, name: str, found: list[Expression], parameters: list[Parameter]) -> None:
        value = self.directive_argument()
        found.append(value)
        if name != "macro" or len(found) == 1:
            return
        if not isinstance(value, Reference):
            raise self.error(f"Macro argument {len(found)} must be a reference", value.place)
        if any(parameter.default is not None for parameter in parameters):
            raise self.error("Macro non-default argument follows a default argument", value.place)
        parameters.append(Parameter(value.root, None))

    def closing_follows(self) -> bool:
        """Whether `)` comes next, also behind blanks; the latter are looked at as characters."""
        kind = self.peek()
        if kind in ("WHITESPACE", "NEWLINE"):
            return self.lexer.followed_by(")")
        return kind == "RPAREN"

    def assignment_follows(self) -> bool:
        self.peek()
        return self.lexer.state == "REFERENCE" and self.lexer.followed_by("=")

    def check(self, name: str, arguments: list[Expression], place: Place) -> None:
        """What each directive asks of its arguments when parsed."""
        fault = None
        if name == "foreach":
            fault = _foreach_fault(arguments)
        elif name == "macro":
            if not arguments:
                fault = "A macro definition requires at least a macro name"
            elif not isinstance(arguments[0], Word):
                fault = "Macro argument 1 must be a token without surrounding ' or \""
        elif name == "define":
            if len(arguments) != 1:
                fault = "The #define directive requires one argument"
            elif not isinstance(arguments[0], Reference):
                fault = "The argument to #define is of the wrong type"
        elif name in ("break", "stop") and len(arguments) > 1:
            fault = f"The #{name} directive takes only a single, optional argument"
        elif name == "parse" and len(arguments) != 1:
            fault = "The #parse directive requires one argument"
        elif name == "evaluate":
            fault = _evaluate_fault(arguments)
        if fault is not None:
            raise self.error(fault, place)


def _foreach_fault(arguments: list[Expression]) -> str | None:
    if len(arguments) < 3:
        return "Too few arguments to the #foreach directive"
    if not isinstance(arguments[0], Reference):
        return "Expected argument 1 of #foreach to be a reference"
    if not isinstance(arguments[1], Word):
        return "Expected word 'in' at argument position 2 in #foreach"
    if isinstance(arguments[2], Word):
        return "Argument 3 of #foreach is of the wrong type"
    return None


def _evaluate_fault(arguments: list[Expression]) -> str | None:
    if len(arguments) != 1:
        return "#evaluate() requires exactly one argument"
    found = arguments[0]
    if isinstance(found, (Interpolated, Reference)) or _is_quoted(found):
        return None
    return "#evaluate()  argument must be a string literal or reference"


def _is_quoted(found: Expression) -> bool:
    return isinstance(found, Constant) and isinstance(found.value, str)
