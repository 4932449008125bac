"""Metarational and sequential stability: is every improvement met by a sanction?

All four concepts have one shape. Only the worst value that the opponents can bring about matters:

1. a value for each state: i's rank of it, or, when i may move once more, the best rank within i's reach;
2. lower it to the worst that the opponents' sequences bring about (their moves, or only their improvements);
3. s is stable for i when that worst value is, after every improvement of i, no better than s.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from detente.stability.concept import Concept
from detente.stability.game import Flags, Game, Values


def values(game: Game, i: int, *, counter: bool) -> Values:
    """Return what each state is worth to i: its rank, or with ``counter`` the best rank that one move of i secures."""
    ranks = game.ranks(i)
    return np.maximum(ranks, game.step(i, improving=False).highest(ranks)) if counter else ranks


def _worst(game: Game, i: int, *, credible: bool, counter: bool) -> Values:
    """Return the worst value for i that opponents bring about from each state, staying put included."""
    return game.floor(i, values(game, i, counter=counter), improving=credible)


def _every_improvement_met(game: Game, i: int, *, credible: bool, counter: bool) -> Flags:
    floor = _worst(game, i, credible=credible, counter=counter)
    return game.step(i, improving=True).none_above(floor, game.ranks(i))


def gmr(game: Game, i: int) -> Flags:
    """Every improvement s₁ has some s₂ ∈ R_{N−i}(s₁) with s₂ ≼_i s."""
    return _every_improvement_met(game, i, credible=False, counter=False)


def smr(game: Game, i: int) -> Flags:
    """As GMR, and every s₃ ∈ R_i(s₂) has s₃ ≼_i s."""
    return _every_improvement_met(game, i, credible=False, counter=True)


def seq(game: Game, i: int) -> Flags:
    """Every improvement s₁ has some s₂ ∈ R⁺_{N−i}(s₁) with s₂ ≼_i s."""
    return _every_improvement_met(game, i, credible=True, counter=False)


def sseq(game: Game, i: int) -> Flags:
    """As SEQ, and every s₃ ∈ R_i(s₂) has s₃ ≼_i s."""
    return _every_improvement_met(game, i, credible=True, counter=True)


GMR = Concept(
    id="gmr",
    name="General metarationality (GMR)",
    definition="Every improvement can be met by opponents' moves that leave the decision maker no better off.",
    source="Howard 1971",
    implies=(),
    decide=gmr,
    worst=partial(_worst, credible=False, counter=False),
    own_ranks_only=True,
)
SMR = Concept(
    id="smr",
    name="Symmetric metarationality (SMR)",
    definition="As GMR, and the decision maker cannot escape the sanction by one more move of its own.",
    source="Howard 1971",
    implies=("gmr",),
    decide=smr,
    worst=partial(_worst, credible=False, counter=True),
    counter=True,
    own_ranks_only=True,
)
SEQ = Concept(
    id="seq",
    name="Sequential stability (SEQ)",
    definition="As GMR, with sanctions made only of steps that improve matters for whoever takes them.",
    source="Fraser & Hipel 1979",
    implies=("gmr",),
    decide=seq,
    worst=partial(_worst, credible=True, counter=False),
    credible=True,
)
SSEQ = Concept(
    id="sseq",
    name="Symmetric sequential stability (SSEQ)",
    definition="As SEQ, and the decision maker cannot escape the sanction by one more move of its own.",
    source="Rêgo & Vieira 2017",
    implies=("seq", "smr"),
    decide=sseq,
    worst=partial(_worst, credible=True, counter=True),
    credible=True,
    counter=True,
)
