"""How long the engine takes, and how much memory: ``python -m bench`` from the root of the repository."""
