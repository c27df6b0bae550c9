"""preserve: texts in, sealed BagIt packages out, provable for decades.

The functions of ``preserve.api`` are attributes of this package, loaded when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from preserve.api import (
        audit,
        change_description,
        check,
        description,
        export,
        ingest,
        init,
        log,
        open_package,
        rebuild_catalog,
        report,
        status,
        validate,
    )

__all__ = [
    "audit",
    "change_description",
    "check",
    "description",
    "export",
    "ingest",
    "init",
    "log",
    "open_package",
    "rebuild_catalog",
    "report",
    "status",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'preserve' has no attribute {name!r}")
    return getattr(import_module("preserve.api"), name)  # import preserve must stay cheap
