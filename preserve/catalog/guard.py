"""The one place where errors of the database become ours: no traceback of SQLAlchemy leaves the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from preserve.catalog.types import Undecodable
from preserve.errors import CatalogDamaged, CatalogError
from preserve.storage.names import shown

REBUILD = "Nothing is lost, the packages are the truth. Make the catalogue again from them: preserve catalog rebuild"
_BUSY_HINT = "Wait until the other run has finished and try again. If there is no other run: preserve catalog rebuild"
_FULL_HINT = "Make room on the disk and try again; if that does not help: preserve catalog rebuild"
_READONLY_HINT = (
    "Check the permissions of the file and its folder; to make the catalogue again: preserve catalog rebuild"
)

# SQLite's result codes; where a longer one is not listed, what follows its second underscore does not matter.
_DAMAGE = {"SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_ERROR", "SQLITE_MISMATCH", "SQLITE_FORMAT", "SQLITE_SCHEMA"}
_KINDS: dict[str, tuple[str, str]] = {
    "SQLITE_BUSY": ("is in use by another run, which did not let go in time", _BUSY_HINT),
    "SQLITE_LOCKED": ("is in use by another run, which did not let go in time", _BUSY_HINT),
    "SQLITE_FULL": ("could not be written: the disk is full", _FULL_HINT),
    "SQLITE_READONLY": ("cannot be written: the file or its folder is read-only", _READONLY_HINT),
    "SQLITE_READONLY_ROLLBACK": (
        "was left in the middle of a change, which can only be undone where the file and its folder may be written",
        "Run the command once as a user who may write there; or make the catalogue again: preserve catalog rebuild",
    ),
    "SQLITE_PERM": ("cannot be opened: permission denied", _READONLY_HINT),
    "SQLITE_CANTOPEN": ("cannot be opened", _READONLY_HINT),
    "SQLITE_IOERR": ("cannot be read or written: the disk reported an error", REBUILD),
}


@contextmanager
def guarded(place: str) -> Iterator[None]:
    """Turn what the database raises about the catalogue at *place* into ``CatalogError`` or ``CatalogDamaged``."""
    try:
        yield
    except NoSuchModuleError as error:
        raise unsupported(place) from error
    except ModuleNotFoundError as error:
        raise CatalogError(
            f"The catalogue {shown(place)} needs the Python package {error.name}, which is not installed.",
            hint=f"Install it, for example: pip install '{error.name}[binary]'",
        ) from error
    except SQLAlchemyError as error:
        raise _translated(error, place) from error
    except Undecodable as error:
        raise CatalogDamaged(
            f"The catalogue {shown(place)} holds what preserve never writes: {shown(str(error))}.", hint=REBUILD
        ) from error


def unsupported(place: str) -> CatalogError:
    """The error for a URL of another kind of database."""
    return CatalogError(
        f"{shown(place)} is not a catalogue that preserve can use.",
        hint="Set catalog.url to sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE, or leave it empty.",
    )


def _translated(error: SQLAlchemyError, place: str) -> CatalogError:
    cause = error.orig if isinstance(error, DBAPIError) else error
    full = getattr(cause, "sqlite_errorname", "")
    name = full if full in _KINDS else "_".join(full.split("_")[:2])
    said = shown(str(cause).strip().partition("\n")[0]).rstrip(".")
    if name in _KINDS:
        what, hint = _KINDS[name]
        return CatalogError(f"The catalogue {shown(place)} {what} ({said}).", hint=hint)
    if name in _DAMAGE or "Could not decode to UTF-8" in said:
        return CatalogDamaged(f"The catalogue {shown(place)} is damaged ({said}).", hint=REBUILD)
    return CatalogError(
        f"The catalogue {shown(place)} cannot be used ({said}).",
        hint=f"Check catalog.url in the configuration and that its server runs. {REBUILD}",
    )
