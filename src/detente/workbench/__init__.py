"""The workbench: a local page on which a model is written, tried out and looked at."""
