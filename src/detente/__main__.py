"""``python -m detente``."""

from detente.entry import run

run()
