"""The first thing that runs: an interruption while the rest is being loaded ends in one line too."""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import NoReturn

INTERRUPTED = 130


def run() -> NoReturn:
    """Run the command line, from the first import to the last line written."""
    gc.set_threshold(100_000, 20, 20)  # nearly all that is made in a run lasts: looking for what does not takes time
    try:
        from detente.cli.main import run as command_line

        command_line()
    except KeyboardInterrupt:
        os.write(2, b"detente: interrupted\n")
        os._exit(INTERRUPTED)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # nothing is left to interrupt but the end of the process
    sys.exit(0)
