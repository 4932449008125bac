"""The words and numbers that a model file is made of, as pydantic types."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from detente.language.formula_parser import KEYWORDS, parse_formula

TRUE_WORDS = frozenset(["yes", "true", "on"])
FALSE_WORDS = frozenset(["no", "false", "off"])


class ShapeError(ValueError):
    """A value of the wrong form, with what was expected."""

    def __init__(self, message: str, expected: str = "") -> None:
        super().__init__(message)
        self.message, self.expected = message, expected


def is_identifier(text: str) -> bool:
    """Return whether a text may be the identifier of anything."""
    return re.fullmatch(r"\w+", text) is not None and text not in KEYWORDS


def _identifier(text: str) -> str:
    if is_identifier(text):
        return text
    if not re.fullmatch(r"\w+", text):
        raise ShapeError(f"{text!r} is not an identifier", "letters, digits and '_' only; put other text in 'name:'")
    raise ShapeError(f"{text!r} is a word of the formula language", "another identifier")


def _formula_word(value: Any) -> Any:
    if isinstance(value, bool):
        raise ShapeError(*no_formula("true" if value else "false"))
    return value


def no_formula(text: str) -> tuple[str, str]:
    """Return what is wrong with 'true', 'no' and the like as a formula, and what was expected."""
    always, never = "'always', which is true everywhere", "'never', which is true nowhere"
    return f"{text!r} is not a formula", always if text.lower() in TRUE_WORDS else never


def _formula(text: str) -> str:
    parse_formula(text)
    return text


def word(value: Any) -> Any:
    """YAML turns some words and numbers into other types; where the language wants a word, take it as written."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, Decimal)):
        return str(value)
    return value


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise ShapeError(f"{_shown(value)} is not a number", "a number such as 3 or 0.5")
    return value


def _state_reference(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ShapeError(f"{_shown(value)} is not a state", "a state number, a state's label or an outcome's name")
    return value


def _shown(value: Any) -> str:
    kind = {dict: "a mapping", list: "a list", type(None): "nothing"}.get(type(value))
    return kind or repr(value if not isinstance(value, Decimal) else str(value))


_WORD = WithJsonSchema({"type": ["string", "number", "boolean"]})
_NAME = WithJsonSchema({"anyOf": [{"type": "string", "pattern": r"^\w+$"}, {"type": ["integer", "boolean"]}]})

Text = Annotated[str, BeforeValidator(word), _WORD]
Identifier = Annotated[str, BeforeValidator(word), AfterValidator(_identifier), _NAME]
Key = Annotated[str, AfterValidator(_identifier)]
FormulaText = Annotated[str, BeforeValidator(_formula_word), AfterValidator(_formula), Field(description="a formula")]
Number = Annotated[int | Decimal, BeforeValidator(_number), WithJsonSchema({"type": "number"})]
StateReference = Annotated[int | str, BeforeValidator(_state_reference)]
YesNo = Annotated[Literal["yes", "no"], BeforeValidator(word), WithJsonSchema({"enum": ["yes", "no", True, False]})]
Direction = Annotated[
    Literal["no", "forward", "backward"],
    BeforeValidator(word),
    WithJsonSchema({"enum": ["no", "forward", "backward", False]}),
]
OptionName = Annotated[str, Field(description="an option, written party.option")]
Setting = Annotated[str, Field(description="party.option, or party.option = value")]
ValueWord = Annotated[str, BeforeValidator(word), _WORD]


def _certainty(value: Any) -> Any:
    if value in ("certain", "likely", "possible"):
        return value
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool) and 0 <= value <= 1:
        return value
    raise ShapeError(f"{_shown(value)} is not a certainty", "certain, likely, possible, or a number from 0 to 1")


_CERTAINTY = WithJsonSchema(
    {"anyOf": [{"enum": ["certain", "likely", "possible"]}, {"type": "number", "minimum": 0, "maximum": 1}]}
)

Certainty = Annotated[Any, BeforeValidator(_certainty), _CERTAINTY]
