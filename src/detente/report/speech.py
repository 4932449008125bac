"""The language in which answers are told: messages, numbers, lists and quotation marks.

A message is written in English where it is used, and looked up when it is told, as in
``_("{who} can leave it").format(who=…)``: never an f-string. Placeholders have names, because another language may
need another order; a message is a whole sentence, or a part that stands alone, because words do not bend alike.
English needs no catalogue.
Translations are in ``locale``; ``make messages`` collects what is to be translated.

The language belongs to the context (:mod:`contextvars`): what generators yield is told in the language in which they
are consumed. A new thread begins in English.
"""

from __future__ import annotations

import gettext as catalogues
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Literal

from detente.errors import UsageError

LANGUAGES = ("en", "de")
"""The languages there are; the first is the one in which messages are written."""

LOCALE = Path(__file__).with_name("locale")

_spoken: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])


def language() -> str:
    """Return the language in which answers are told here."""
    return _spoken.get()


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Tell answers in a language, ``en`` or ``de``, as long as the context lasts. Raises UsageError."""
    if lang not in LANGUAGES:
        raise UsageError(f"there is no language {lang!r}; there are {', '.join(LANGUAGES)}")
    token = _spoken.set(lang)
    try:
        yield
    finally:
        _spoken.reset(token)


@cache
def _catalogue(lang: str) -> catalogues.NullTranslations:
    if lang == LANGUAGES[0]:
        return catalogues.NullTranslations()
    return catalogues.translation("detente", localedir=LOCALE, languages=[lang])


def _(message: str) -> str:
    """Return a message in the language that is spoken."""
    return _catalogue(_spoken.get()).gettext(message) if message else ""


def ngettext(singular: str, plural: str, n: int) -> str:
    """Return a message that depends on a number in the language that is spoken: ``{n} state``, ``{n} states``."""
    return _catalogue(_spoken.get()).ngettext(singular, plural, n)


def counted(singular: str, plural: str, n: int, **parts: object) -> str:
    """Return a message that depends on a number, filled in: ``{n}`` is the number, the others are ``parts``."""
    return ngettext(singular, plural, n).format(n=number(n), **parts)


def pgettext(context: str, message: str) -> str:
    """Return a message whose translation depends on where it stands, which ``context`` says."""
    return _catalogue(_spoken.get()).pgettext(context, message)


def npgettext(context: str, singular: str, plural: str, n: int) -> str:
    """Return a message that depends on a number and on where it stands."""
    return _catalogue(_spoken.get()).npgettext(context, singular, plural, n)


def N_(message: str) -> str:
    """Return a message as it is, marked as one: for tables whose entries are looked up with ``_`` later."""
    return message


def number(n: int) -> str:
    """Return a whole number with its thousands apart: ``11,776``, ``11.776``."""
    return in_language(f"{n:,}")


def decimal(x: float, digits: int) -> str:
    """Return a number with so many digits after the point: ``1,234.50``, ``1.234,50``."""
    return in_language(f"{x:,.{digits}f}")


def percent(share: float, digits: int = 0) -> str:
    """Return a share as a percentage: ``35%``, ``35 %`` (with a blank at which no line breaks)."""
    words = f"{share:,.{digits}%}".rstrip("%")
    if language() == "en":
        return f"{words}%"
    from babel import Locale

    pattern: str = Locale(language()).percent_formats[None].pattern
    return pattern.replace("#,##0", in_language(words))


def brief_number(x: float, digits: int = 6, *, signed: bool = False) -> str:
    """Return a number with at most so many digits that count, as short as it can be: ``2``, ``0.25``, ``0,25``."""
    return in_language(f"{x:{'+' if signed else ''}.{digits}g}")


def in_language(digits: str) -> str:
    """Return a number that is written in English with the separators of the language that is spoken."""
    if language() == "en":
        return digits
    from babel.numbers import get_decimal_symbol, get_group_symbol

    signs = {",": get_group_symbol(language()), ".": get_decimal_symbol(language())}
    return "".join(signs.get(sign, sign) for sign in digits)


def joined(words: Iterable[str], conjunction: Literal["and", "or"] = "and") -> str:
    """Return words as a list: ``a``, ``a and b``, ``a, b and c``; with ``or``: ``a, b or c``."""
    listed = list(words)
    if len(listed) < 2:
        return "".join(listed)
    # Translators: the last two of a list
    last = _("{head} or {last}") if conjunction == "or" else _("{head} and {last}")
    return last.format(head=", ".join(listed[:-1]), last=listed[-1])


def continued(sentence: str) -> str:
    """Return a sentence as it stands after a colon: in English its first letter is small."""
    return f"{sentence[:1].lower()}{sentence[1:]}" if language() == "en" else sentence


def capital(words: str) -> str:
    """Return words with a capital letter at the beginning."""
    return f"{words[:1].upper()}{words[1:]}"


def quoted(words: str) -> str:
    """Return words in quotation marks: ``“x”``, ``„x“``."""
    return _("“{words}”").format(words=words)
