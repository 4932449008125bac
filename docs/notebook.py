"""Run the notebook of these pages and keep what its cells show: ``python docs/notebook.py``."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).with_name("notebook.ipynb")


def main() -> None:
    """Run all cells in a new kernel, and write the notebook without what differs between machines and runs."""
    book = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(book, timeout=120, kernel_name="python3").execute()
    for place, cell in enumerate(book.cells):
        cell.id = f"cell-{place}"
        cell.metadata = {}
    book.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.validate(book)
    nbformat.write(book, NOTEBOOK)


if __name__ == "__main__":
    main()
