"""Writes the pages of the reference: one for each area, and one for each public name.

What is public is what `__all__` names.
"""

import functools
import importlib
import inspect
from pathlib import Path
from types import ModuleType
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import inspect as sphinx_inspect

# In the order of the page that lists them.
AREAS = (
    "layers",
    "models",
    "sklearn",
    "data",
    "optimizers",
    "optimizers.schedules",
    "losses",
    "metrics",
    "callbacks",
    "training",
    "report",
    "export",
    "recipes",
    "builders",
    "resuming",
)


def area_names(area: str) -> list[str]:
    """Returns the public names of `keras_mlp` (`""`) or of one of its areas."""
    module = _module(area)
    return [
        name
        for name in module.__all__
        if not isinstance(getattr(module, name), ModuleType)
    ]


@functools.cache
def public_names() -> list[str]:
    """Returns every public name with its module: `keras_mlp.layers.Dense`."""
    return [
        f"{_module(area).__name__}.{name}"
        for area in (*AREAS, "")
        for name in area_names(area)
    ]


def _module(area: str) -> ModuleType:
    return importlib.import_module(f"keras_mlp.{area}".removesuffix("."))


@functools.cache
def own_pages() -> dict[str, Any]:
    """Returns what has a page, by its name. What two areas name has one page."""
    pages: dict[str, Any] = {}
    for name in public_names():
        if has_page(name) and not any(_value(name) is page for page in pages.values()):
            pages[name] = _value(name)
    return pages


def has_page(name: str) -> bool:
    """Returns whether a public name has a page: constants are on that of their area."""
    return inspect.isclass(_value(name)) or inspect.isfunction(_value(name))


def page_name(name: str) -> str:
    """Returns the name that the page of `name` has."""
    return next(page for page, value in own_pages().items() if value is _value(name))


def _value(name: str) -> Any:
    module, _, short = name.rpartition(".")
    return getattr(importlib.import_module(module), short)


def _members(cls: type) -> list[str]:
    """Returns the members that the package itself documents, on this page."""
    public = [value for value in own_pages().values() if value is not cls]
    members = []
    for base in cls.__mro__:
        if base in public or not base.__module__.startswith("keras_mlp"):
            continue
        for name, value in vars(base).items():
            described = inspect.isroutine(value) or isinstance(value, property)
            described |= isinstance(value, (classmethod, staticmethod))
            if name.startswith("_") or not described or not value.__doc__:
                continue
            # scikit-learn and Keras write methods into the classes of others.
            function = getattr(value, "fget", getattr(value, "__func__", value))
            if getattr(function, "__module__", "").startswith("keras_mlp"):
                members.append(name)
    return list(dict.fromkeys(members))


def _heading(text: str) -> str:
    return f"{text}\n{'=' * len(text)}\n"


def _area_page(area: str) -> str:
    module = _module(area)
    names = [f"{module.__name__}.{name}" for name in area_names(area)]
    return "\n".join(
        [
            _heading(module.__name__),
            f".. automodule:: {module.__name__}",
            "   :no-members:",
            "",
            ".. currentmodule:: None",
            "",
            ".. autosummary::",
            "   :nosignatures:",
            "",
            *(f"   ~{page_name(name)}" for name in names if has_page(name)),
            "",
            # What they are is said by the module.
            *(f".. py:data:: {name}\n" for name in names if not has_page(name)),
        ]
    )


def _name_page(name: str, value: Any) -> str:
    module, _, short = name.rpartition(".")
    lines = [":orphan:", "", _heading(short), f"Part of :py:mod:`{module}`.", ""]
    if inspect.isclass(value):
        lines += [f".. autoclass:: {name}", "   :show-inheritance:"]
        if members := _members(value):
            lines.append(f"   :members: {', '.join(members)}")
    else:
        lines.append(f".. autofunction:: {name}")
    return "\n".join([*lines, ""])


def write_pages(app: Sphinx) -> None:
    """Writes all pages of the reference."""
    pages = {_module(area).__name__: _area_page(area) for area in ("", *AREAS)}
    pages |= {name: _name_page(name, value) for name, value in own_pages().items()}
    files = {f"{name}.rst": text for name, text in pages.items()}
    write_files(Path(app.srcdir) / "reference" / "api", files)


def write_files(folder: Path, files: dict[str, str]) -> None:
    """Has a folder hold these files, by their names, and no others."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        path = folder / name
        # One that is as it was is not read again by the next build.
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def _public_bases(
    app: Sphinx, name: str, cls: type, options: Any, bases: list[type | str]
) -> None:
    """Has a class name its public bases in the place of its private ones."""
    names = {public: name for name, public in own_pages().items()}

    def shown(base: type) -> list[type]:
        if base in names or not base.__module__.startswith("keras_mlp"):
            return [base]
        return [found for parent in base.__bases__ for found in shown(parent)]

    found = [base for parent in cls.__bases__ for base in shown(parent)]
    nearest = [
        base
        for base in dict.fromkeys(found)
        if not any(other is not base and issubclass(other, base) for other in found)
    ]
    bases[:] = []
    for base in nearest:
        # Keras has its public names apart from where its classes lie.
        exported = vars(base).get("_api_export_path", base.__name__)
        keras_name = exported if isinstance(exported, str) else exported[0]
        public = names.get(base)
        bases.append(f":py:class:`{public}`" if public else f"``{keras_name}``")


def _public_page(
    app: Sphinx,
    environment: BuildEnvironment,
    node: pending_xref,
    content: nodes.Element,
) -> nodes.Node | None:
    """Leads what is named by the file that holds it to its public name.

    Types that are not public are named without a link. What does not exist at all stays
    unknown, which Sphinx reports.
    """
    if not str(node.get("reftarget", "")).startswith("keras_mlp."):
        return None
    try:
        value = _value(node["reftarget"])
    except (ImportError, AttributeError):
        return None
    for name, public in own_pages().items():
        if value is public:
            return environment.domains.python_domain.resolve_xref(
                environment, node["refdoc"], app.builder, "obj", name, node, content
            )
    return content


def _signature(
    app: Sphinx,
    what: str,
    name: str,
    value: Any,
    options: Any,
    signature: str | None,
    returned: str | None,
) -> tuple[str | None, str | None]:
    """Has a class's signature be that of its `__init__`, and be Python."""
    # Keras' `__new__` takes anything.
    if what == "class" and inspect.isfunction(value.__init__):
        own = sphinx_inspect.signature(value.__init__, bound_method=True)
        signature = sphinx_inspect.stringify_signature(
            own, show_return_annotation=False, unqualified_typehints=True
        )
    # A default that is made for each instance of a data class.
    return signature and signature.replace("<factory>", "..."), returned


def setup(app: Sphinx) -> dict[str, bool]:
    """Is called by Sphinx."""
    app.connect("builder-inited", write_pages)
    app.connect("autodoc-process-signature", _signature)
    app.connect("autodoc-process-bases", _public_bases)
    app.connect("missing-reference", _public_page)
    return {"parallel_read_safe": True}
