"""How the pages are built: ``sphinx-build -W docs docs/_build/html``, without any network."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

from detente.version import __version__

project = "Détente"
author = "the Détente project"
copyright = author
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_extra_path = ["analyze.schema.json"]

smartquotes = False
myst_heading_anchors = 3

autosummary_generate = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

html_theme = "pydata_sphinx_theme"
html_title = f"Détente {release}"
html_theme_options = {
    "header_links_before_dropdown": 8,
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": [],
    "footer_end": [],
    "navbar_end": ["theme-switcher"],
    "show_prev_next": False,
}
html_sidebars = {"**": []}
html_copy_source = False
html_show_sphinx = False
pygments_style = "default"
