"""Settings of the documentation site; `scripts/docs` builds it."""

import os
import sys
import tomllib
from pathlib import Path

# TensorFlow's remarks on processors would come between the lines of the build.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS / "extensions"))

with (DOCS.parent / "pyproject.toml").open("rb") as file:
    _project = tomllib.load(file)["project"]

import keras_mlp  # noqa: E402

project = _project["name"]
author = _project["authors"][0]["name"]
project_copyright = author
version = release = keras_mlp.__version__
# Read by extensions/source_links.py.
source_url = _project["urls"]["Repository"]

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_design",
    # In docs/extensions.
    "gallery_pages",
    "markdown_docstrings",
    "reference_pages",
    "site_pages",
    "source_links",
]
exclude_patterns = ["_build", "extensions", "static"]

# Pages.
myst_enable_extensions = ["colon_fence", "dollarmath"]
# As GitHub has them.
myst_heading_anchors = 4
# Programs, shell sessions and outputs that are no language are shown as they are.
suppress_warnings = ["misc.highlighting_failure"]

# Reference.
autodoc_member_order = "bysource"
# What Keras says of its own methods is in Keras' documentation.
autodoc_inherit_docstrings = False
autodoc_typehints_format = "short"
autosummary_generate = False
maximum_signature_line_length = 60
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
napoleon_custom_sections = [
    ("Call arguments", "params_style"),
    "Input shape",
    "Output shape",
]
nitpicky = True
# Documented elsewhere. Their sites' lists of names would need a network.
nitpick_ignore_regex = [
    (
        "py:.*",
        r"(abc|keras|tensorflow|tf|numpy|np|sklearn|matplotlib|collections|types|typing"
        r"|os|pathlib|datetime)\..*",
    ),
]

# Appearance.
html_theme = "furo"
html_title = "keras_mlp"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {
    "footer_icons": [],
}
# Search works from files, too: the text around a find would have to be fetched.
html_show_search_summary = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
