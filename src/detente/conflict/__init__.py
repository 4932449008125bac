"""What a conflict is: frozen data, no numerics, no files."""

from detente.conflict.conflict import Conflict
from detente.conflict.elements import DecisionMaker, Lens, Option, Outcome, Premise, Reading, Statement

__all__ = ["Conflict", "DecisionMaker", "Lens", "Option", "Outcome", "Premise", "Reading", "Statement"]
