"""The version of Détente, and of the JSON it writes."""

__version__ = "0.1.0"
FORMAT = "1.0"
