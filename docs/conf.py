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

extensions = ["myst_nb", "sphinx.ext.autodoc", "numpydoc"]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
exclude_patterns = ["_build"]
templates_path = ["_templates"]
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_extra_path = ["analyze.schema.json"]

smartquotes = False
myst_heading_anchors = 3

autosummary_generate = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_class_signature = "separated"
toc_object_entries = False
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

html_context = {"default_mode": "auto"}
html_theme = "pydata_sphinx_theme"
html_title = f"Détente {release}"
html_theme_options = {
    "navigation_with_keys": False,
    "navbar_center": [],
    "navbar_persistent": ["search-button-field"],
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": ["page-toc"],
    "show_toc_level": 1,
    "footer_start": [],
    "footer_end": [],
    "show_prev_next": True,
}
html_sidebars = {"**": ["nav"]}
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
pygments_style = "default"
