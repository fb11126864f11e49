"""Leads links that leave `docs/` to the source repository.

On a disk and on GitHub, `[the licence](../LICENSE)` is a file. The site has no such
page.
"""

from collections.abc import Sequence
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import download_reference, pending_xref
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

# Files beside `docs/` that a page shows.
_PAGES = {
    "CHANGELOG.md": "changes",
    "CONTRIBUTING.md": "contributing",
    "README.md": "index",
}


class SourceLinks(SphinxTransform):
    """Replaces links to files of the repository that are no pages."""

    # After the page is read, before links are followed.
    default_priority = 5

    def apply(self, **_: object) -> None:
        """Replaces the links of one page."""
        docs = Path(self.app.srcdir).resolve()
        page = Path(self.env.doc2path(self.env.docname)).resolve()
        kinds = (pending_xref, download_reference)
        for node in list(self.document.findall(lambda node: isinstance(node, kinds))):
            target, _, anchor = str(node.get("reftarget", "")).partition("#")
            if not target or node.get("refdomain") in ("py", "std"):
                continue
            path = _file(target, (page.parent, docs.parent))
            if path is None or (path.is_relative_to(docs) and path.suffix == ".md"):
                continue
            inside = path.relative_to(docs.parent).as_posix()
            text = [nodes.inline("", child.astext()) for child in node.children]
            if inside in _PAGES:
                link = pending_xref(
                    "",
                    *text,
                    refdomain="std",
                    reftype="doc",
                    reftarget=f"/{_PAGES[inside]}",
                    refdoc=self.env.docname,
                    refexplicit=True,
                    refwarn=True,
                )
                node.replace_self(link)
                continue
            kind = "tree" if path.is_dir() else "blob"
            address = f"{self.config.source_url}/{kind}/main/{inside}"
            address += f"#{anchor}" if anchor else ""
            link = nodes.reference("", "", *text, refuri=address)
            node.replace_self(link)


def _file(target: str, folders: Sequence[Path]) -> Path | None:
    """Returns the file that a link means: MyST leaves out the suffix of some."""
    for folder in folders:
        for name in (target, f"{target}.md"):
            path = (folder / name).resolve()
            if path.exists():
                return path
    return None


def setup(app: Sphinx) -> dict[str, bool]:
    """Is called by Sphinx."""
    app.add_config_value("source_url", "", "env", str)
    app.add_transform(SourceLinks)
    return {"parallel_read_safe": True}
