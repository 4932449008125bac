"""Formula text → syntax tree, by the grammar in ``formula.lark``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from detente.conflict.formula import (
    And,
    Compare,
    Constant,
    Count,
    Formula,
    If,
    Iff,
    Named,
    Not,
    Or,
    Taken,
    Xor,
)

KEYWORDS = frozenset(
    ["not", "and", "xor", "or", "if", "iff", "exactly", "at", "least", "most", "of", "always", "never"]
)

MAX_LENGTH = 100_000
_MAX_NESTING = 60
_NOT_CHAIN = re.compile(rf"(?:\bnot\b[\s(]*){{{_MAX_NESTING}}}")

_WORDS = {
    "NAME": "a name",
    "NUMBER": "a whole number",
    "COMPARISON": "'=', '>=' or '<='",
    "LPAR": "'('",
    "RPAR": "')'",
    "DOT": "'.'",
    "COMMA": "','",
    "$END": "the end of the formula",
}


class FormulaError(ValueError):
    """A formula that cannot be read: ``start`` and ``length`` say where in its text."""

    def __init__(self, message: str, expected: str = "", start: int = 0, length: int = 1) -> None:
        super().__init__(message)
        self.message, self.expected, self.start, self.length = message, expected, start, length


class UnclosedError(FormulaError):
    """A formula that ends before a parenthesis is closed; ``start`` is where it was opened."""


class UnopenedError(FormulaError):
    """A formula with a closing parenthesis that nothing opens."""


@lru_cache(maxsize=4096)
def parse_formula(text: str) -> Formula:
    """Return the formula that ``text`` says. Raises FormulaError with the place inside the text."""
    if not text.strip():
        raise FormulaError("the formula is empty", "a formula, or 'always' or 'never'")
    _check_size(text)
    from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

    try:
        formula: Formula = _parser().parse(text)
    except UnexpectedCharacters as error:
        at = error.pos_in_stream or 0
        raise _character_error(text, at, error) from None
    except UnexpectedToken as error:
        raise _token_error(text, error) from None
    except UnexpectedInput as error:
        raise FormulaError("the formula cannot be read", "", error.pos_in_stream or 0) from None
    return formula


def _check_size(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"the formula has {len(text):,} characters", f"at most {MAX_LENGTH:,}")
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth > _MAX_NESTING:
            raise FormulaError("the formula is nested too deeply", f"at most {_MAX_NESTING} levels", at)
    chain = _NOT_CHAIN.search(text)
    if chain or len(re.findall(r"\bxor\b", text)) > 200:
        raise FormulaError(
            "the formula is nested too deeply", "fewer 'not' or 'xor' in a row", chain.start() if chain else 0
        )


@cache
def _parser() -> Any:
    from lark import Lark

    grammar = files("detente.language").joinpath("formula.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", transformer=_builder(), propagate_positions=False, maybe_placeholders=False)


def _builder() -> Any:
    from lark import Token, Transformer, v_args

    def span(first: Token, last: Token) -> tuple[int, int]:
        return (first.start_pos or 0, last.end_pos or 0)

    @v_args(inline=True)
    class Build(Transformer[Token, Formula]):
        def always(self) -> Formula:
            return Constant(True)

        def never(self) -> Formula:
            return Constant(False)

        def taken(self, owner: Token, option: Token) -> Formula:
            return Taken(f"{owner}.{option}", span(owner, option))

        def compare(self, owner: Token, option: Token, operator: Token, value: Token) -> Formula:
            return Compare(f"{owner}.{option}", str(operator), str(value), span(owner, value))  # type: ignore[arg-type]

        def ownerless(self, option: Token, operator: Token, value: Token) -> Formula:
            return Compare(str(option), str(operator), str(value), span(option, value))  # type: ignore[arg-type]

        def named(self, name: Token) -> Formula:
            return Named(str(name), span(name, name))

        def negation(self, operand: Formula) -> Formula:
            return Not(operand)

        def conjunction(self, *operands: Formula) -> Formula:
            return And(operands)

        def exclusive(self, left: Formula, right: Formula) -> Formula:
            return Xor(left, right)

        def disjunction(self, *operands: Formula) -> Formula:
            return Or(operands)

        def conditional(self, consequence: Formula, condition: Formula) -> Formula:
            return If(consequence, condition)

        def iff(self, left: Formula, right: Formula) -> Formula:
            return Iff(left, right)

        def exactly(self) -> str:
            return "exactly"

        def at_least(self) -> str:
            return "at least"

        def at_most(self) -> str:
            return "at most"

        def count(self, kind: Any, number: Token, *operands: Formula) -> Formula:
            return Count(kind, int(number), operands)

    return Build()


def _token_error(text: str, error: Any) -> FormulaError:
    token = error.token
    at = token.start_pos if token.type != "$END" and token.start_pos is not None else len(text.rstrip())
    found = f"unexpected {str(token)!r} in the formula" if token.type != "$END" else "the formula ends too early"
    expected = sorted(error.accepts or error.expected)
    unclosed, unopened = _parentheses(text)
    if token.type == "$END" and "RPAR" in expected and unclosed is not None:
        return UnclosedError("this '(' is never closed", _describe(expected), unclosed)
    if token.type == "RPAR" and at == unopened:
        return UnopenedError("this ')' closes nothing", "'(' before it, or nothing here", at)
    if token.type in ("_IF", "_IFF") and "$END" in expected:
        return FormulaError(f"'if' and 'iff' do not chain (at this {str(token)!r})", "parentheses", at, len(token))
    misplaced = _misplaced_word(text, at, str(token), expected)
    if misplaced is not None:
        return misplaced
    before = re.search(r"(\w+)[\s(]*\Z", text[:at])
    if before and _miswritten(before.group(1)):
        word = before.group(1)
        return FormulaError(f"unexpected {word!r} in the formula", _miswritten(word), before.start(1), len(word))
    arrow = _arrow(text, at)
    if arrow is not None:
        return arrow
    hint = _hint(text, at)
    return FormulaError(found, hint or _describe(expected), at, max(1, len(token)))


def _misplaced_word(text: str, at: int, found: str, expected: list[str]) -> FormulaError | None:
    """Explain a word of the language that stands where a name or a condition belongs."""
    follows = re.match(r"\s*(?:\.|[<>]?=)", text[at + len(found) :])
    owner = re.search(r"(\w+)\s*\Z", text[:at])
    if found in (".", "=", ">=", "<=") and owner and owner.group(1) in KEYWORDS:
        found, at, follows, expected = owner.group(1), owner.start(1), owner, ["NAME"]
    if found not in KEYWORDS or "NAME" not in expected:
        return None
    if follows or "_NOT" not in expected:
        wanted = "a value" if "NUMBER" in expected else "another name"
        return FormulaError(f"{found!r} is a word of the formula language", wanted, at, len(found))
    if found in ("least", "most", "of"):
        wanted = "'exactly', 'at least' or 'at most', as in 'at least 2 of (a.b, c.d, e.f)'"
        return FormulaError(f"{found!r} stands where a condition is expected", wanted, at, len(found))
    if found != "if":
        wanted = ""
    else:
        parts = re.match(r"if\b(.*?)(?:\bthen\b|,)(.*)", text[at:], re.DOTALL)
        wanted = _consequence(*parts.groups()) if parts else "what follows first: 'B if A'"
    return FormulaError(f"{found!r} where a condition is expected", wanted, at, len(found))


def _consequence(condition: str, consequence: str) -> str:
    """Return how this language says that one thing follows from another."""
    condition, consequence = condition.strip(), consequence.strip()
    if _is_plain(condition) and _is_plain(consequence):
        return f"'{consequence} if {condition}'"
    return "'B if A' where B follows from A"


def _is_plain(text: str) -> bool:
    if len(text) > 60 or re.search(r"\biff?\b", text):
        return False
    try:
        return parse_formula(text) is not None
    except FormulaError:
        return False


def _parentheses(text: str) -> tuple[int | None, int | None]:
    """Return the place of the last parenthesis that is not closed, and of the first that closes nothing."""
    opened: list[int] = []
    for at, character in enumerate(text):
        if character == "(":
            opened.append(at)
        elif character == ")":
            if not opened:
                return None, at
            opened.pop()
    return (opened[-1] if opened else None), None


_OTHER_SIGNS = {
    "&": "'and'",
    "∧": "'and'",
    "|": "'or'",
    "∨": "'or'",
    "!=": "'not a.b = c'",
    "<>": "'not a.b = c'",
    "≠": "'not a.b = c'",
    "!": "'not'",
    "~": "'not'",
    "¬": "'not'",
    "≥": "'>='",
    "≤": "'<='",
    ">": "'>=' with the next higher value",
    "<": "'<=' with the next lower value",
    "[": "'('",
    "]": "')', or nothing here",
    "'": "the formula without quotes inside it",
    '"': "the formula without quotes inside it",
}
_JOINING_SIGNS = {";": "'and' or 'or', or one formula an item", "+": "'and' or 'or' (sums stand under 'limits:')"}
_ARROWS = re.compile(r"<=+>|<-+>|↔|⇔|=+>|-+>|→|⇒|=<|\bimplies\b")


def _character_error(text: str, at: int, error: Any) -> FormulaError:
    arrow = _arrow(text, at)
    if arrow is not None:
        return arrow
    glued = text[at] == "-" and text[at - 1 : at].isalnum() and text[at + 1 : at + 2].isalnum()
    wanted = "'_': names have letters, digits and '_'" if glued else _hint(text, at)
    allowed = {name for name in error.allowed or () if not name.startswith("__")}
    if "_AND" in allowed:
        wanted = wanted or _JOINING_SIGNS.get(text[at], "")
        if _parentheses(text[:at])[0] is None:
            allowed = allowed - {"COMMA", "RPAR"} | {"$END"}
    return FormulaError(f"unexpected character {text[at]!r} in the formula", wanted or _describe(sorted(allowed)), at)


def _arrow(text: str, at: int) -> FormulaError | None:
    """Explain an arrow of another notation that covers a place of the text."""
    sign = next((found for found in _ARROWS.finditer(text) if found.start() <= at < found.end()), None)
    if sign is None:
        return None
    before, after = text[: sign.start()].strip(), text[sign.end() :].strip()
    if sign.group() == "=<":
        wanted = "'<='"
    elif sign.group()[0] in "<↔⇔":
        wanted = "'iff'"
    elif sign.group() == "=>" and re.fullmatch(r"\w+", after):
        wanted = f"'>=' before a value, or {_consequence(before, after)}"
    else:
        wanted = _consequence(before, after)
    return FormulaError(f"unexpected {sign.group()!r} in the formula", wanted, sign.start(), len(sign.group()))


def _hint(text: str, at: int) -> str:
    """Name the right word for what other notations write here."""
    rest = text[at : at + 3]
    for sign, word in _OTHER_SIGNS.items():
        if rest.startswith(sign):
            return word
    if text[max(0, at - 1) : at + 1] == "==":
        return "a single '='"
    found = re.match(r"\w+", text[at:])
    return _miswritten(found.group()) if found else ""


def _miswritten(word: str) -> str:
    """Return what to write for a word of the language in capitals; nothing for any other word."""
    return f"{word.lower()!r} in lower case" if word.lower() in KEYWORDS and word not in KEYWORDS else ""


def _describe(expected: Iterable[str]) -> str:
    names = list(expected)
    if "NAME" in names and "_NOT" in names:
        return "an option (party.option), an outcome, 'not', 'exactly', 'at least', 'at most' or '('"
    words = [_WORDS.get(name, f"{name.lower().lstrip('_')!r}") for name in names]
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
