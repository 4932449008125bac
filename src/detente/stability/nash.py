"""Nash stability (rationality)."""

from __future__ import annotations

from detente.stability.concept import Concept
from detente.stability.game import Flags, Game


def decide(game: Game, i: int) -> Flags:
    """A state is stable for i when i has no improvement from it: R_i⁺(s) = ∅."""
    ranks = game.ranks(i)
    return game.step(i, improving=False).none_above(ranks, ranks)


CONCEPT = Concept(
    id="nash",
    name="Nash",
    definition="The decision maker has no improvement.",
    source="Nash 1950",
    implies=("sseq", "smr", "sim"),
    decide=decide,
    worst=Game.ranks,
    own_ranks_only=True,
)
