"""The ``.gmcr`` files (JSON) in which analysts of the field hold their models → Conflict.

Options are regrouped as GMCR+ does: decision makers in order, the options of each in its own order; so the numbers of
the states are the ordered numbers of the file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any

from detente.conflict.conflict import Conflict
from detente.conflict.elements import (
    BlockedMove,
    Coalition,
    DecisionMaker,
    Infeasibility,
    Irreversibility,
    Lens,
    Level,
    Option,
    Preference,
    Prioritised,
    Ranking,
    Statement,
)
from detente.conflict.formula import And, Constant, Formula, Not, Or, Taken
from detente.language.formula_parser import KEYWORDS
from detente.language.gmcr_file import DIRECTIONS, GmcrFile, Pattern, read_file, whole

_LONGEST_NAME = 40
_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "ẞ": "SS",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "Ð": "D",
        "þ": "th",
        "Þ": "Th",
        "ı": "i",
    }
)


def read_gmcr(text: str, origin: str = "model") -> Conflict:
    """Return the conflict in a ``.gmcr`` file.

    Names become identifiers, the originals are kept as ``name``. A misperception m of a decision maker becomes two
    blocked moves, from m and to m. Coalitions of two and more become ``coalitions``. A condition that repeats an
    earlier one of the same list is dropped, as GMCR+ does: two conditions are the same when they are made of the same
    set of conjunctions, and two conjunctions when they are made of the same set of (option, Y or N) pairs, in
    whatever order. Whether a manual ranking names every feasible state is checked when the states are known, by
    :class:`detente.graph.graph.Graph`.

    Parameters
    ----------
    text : str
    origin : str
        What the text was read from, as shown in messages; the title is taken from a file's name.

    Raises
    ------
    ModelError
        With every problem of the file; each names its place, such as ``decisionMakers[1].preferences[0]``.
    """
    return _Importer(read_file(text, origin), text, origin).conflict()


# -- what the file says → Conflict ----------------------------------------------------------------------------------


class _Importer:
    """Puts the conflict together."""

    def __init__(self, file: GmcrFile, text: str, origin: str) -> None:
        self.file = file
        self.text = text
        self.origin = origin
        self.makers = identifiers((maker.name for maker in file.decision_makers), "dm")
        self.own: dict[int, str] = {}
        self.full: dict[int, str] = {}
        for dm, maker in zip(self.makers, file.decision_makers, strict=True):
            names = identifiers((file.options[index].name for index in maker.options), "option")
            self.own |= zip(maker.options, names, strict=True)
            self.full |= {index: f"{dm}.{name}" for index, name in zip(maker.options, names, strict=True)}

    def conflict(self) -> Conflict:
        """Return the conflict."""
        infeasible = (_formula(pattern, self.full) for pattern in self.file.infeasible)
        groups = self.file.coalitions
        names = identifiers(("_".join(self.makers[k] for k in group) for group in groups), "coalition")
        return Conflict(
            title=whole(PurePath(self.origin).stem) if self.origin.lower().endswith(".gmcr") else "",
            decision_makers=tuple(self._decision_maker(k) for k in range(len(self.makers))),
            infeasible=tuple(Infeasibility(id=f"infeasible: {that.text()}", that=that) for that in infeasible),
            blocked_moves=tuple(self._blocked()),
            coalitions=tuple(
                Coalition(id=name, members=tuple(self.makers[k] for k in group))
                for name, group in zip(names, groups, strict=True)
            ),
            origin=self.origin,
            text=self.text,
        )

    def _decision_maker(self, k: int) -> DecisionMaker:
        maker, dm = self.file.decision_makers[k], self.makers[k]
        preference: Preference
        if maker.ranking is not None:
            preference = Ranking(maker.ranking)
        else:
            formulas = [_formula(pattern, self.full) for pattern in maker.preferences]
            preference = Prioritised(
                tuple(Level((Statement(id=f"{dm}: {that.text()}", that=that),)) for that in formulas)
            )
        return DecisionMaker(
            id=dm,
            name=_name(maker.name),
            options=tuple(self._option(index) for index in maker.options),
            lenses=(Lens(id="default", preference=preference),),
        )

    def _option(self, index: int) -> Option:
        given, full = self.file.options[index], self.full[index]
        rule = None
        if given.direction != "both":
            direction: Any = DIRECTIONS[given.direction]
            rule = Irreversibility(id=f"irreversible: {full}", option=full, direction=direction)
        return Option(id=self.own[index], name=_name(given.name), irreversible=rule)

    def _blocked(self) -> Iterator[BlockedMove]:
        always = Constant(True)
        for dm, maker in zip(self.makers, self.file.decision_makers, strict=True):
            for pattern in maker.misperceptions:
                that = _formula(pattern, self.full)
                for ends in dict.fromkeys([(that, always), (always, that)]):
                    move = BlockedMove(id="", by=dm, from_=ends[0], to=ends[1])
                    yield BlockedMove(id=f"blocked: {move.says()}", by=dm, from_=ends[0], to=ends[1])


def _formula(pattern: Pattern, names: dict[int, str]) -> Formula:
    """Return a condition as a formula."""
    members = [_conjunction(part, names) for part in pattern]
    return members[0] if len(members) == 1 else Or(tuple(members)) if members else Constant(False)


def _conjunction(pairs: tuple[tuple[int, bool], ...], names: dict[int, str]) -> Formula:
    literals: list[Formula] = [Taken(names[k]) if taken else Not(Taken(names[k])) for k, taken in pairs]
    return literals[0] if len(literals) == 1 else And(tuple(literals)) if literals else Constant(True)


def _name(text: str) -> str:
    return text if text.strip() else ""


def identifiers(names: Iterable[str], kind: str) -> list[str]:
    """Return an identifier for each name, all different.

    Letters lose their accents where they are Latin, and stay what they are elsewhere; everything else becomes ``_``.
    A name without letters and digits becomes ``kind`` and its place; equal ones are numbered.

    Examples
    --------
    >>> identifiers(["Côte d'Ivoire", "Россия", "U.S.", "u s", "", "if", "3rd"], "dm")
    ['cote_d_ivoire', 'россия', 'u_s', 'u_s_2', 'dm5', 'if_', 'dm_3rd']
    """
    found: dict[str, int] = {}
    for place, name in enumerate(names, 1):
        base = identifier = _identifier(name, kind) or f"{kind}{place}"
        while identifier in found:
            found[base] += 1
            identifier = f"{base}_{found[base]}"
        found[identifier] = 1
    return list(found)


def _identifier(name: str, kind: str) -> str:
    text = unicodedata.normalize("NFC", name.translate(_LETTERS))
    text = "".join(map(_folded, text)).lower()
    text = re.sub(r"[\W_]+", "_", text).strip("_")[:_LONGEST_NAME].strip("_")
    if text in KEYWORDS:
        return f"{text}_"
    return f"{kind}_{text}" if text[:1].isdigit() else text


def _folded(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character)
    if not plain[0].isascii():
        return character
    return "".join(c for c in plain if not unicodedata.combining(c))
