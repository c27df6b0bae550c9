"""Catalogues to try things on: an SQLite file each, and a PostgreSQL schema each where a server is given."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from preserve.catalog.store import Catalog

POSTGRESQL = "PRESERVE_TEST_POSTGRESQL"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a place for a new catalogue, once for each database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'catalog.sqlite'}"
        return
    server = os.environ.get(POSTGRESQL)
    if not server:
        pytest.skip(f"no PostgreSQL server is given in {POSTGRESQL}")
    schema = f"test_{secrets.token_hex(8)}"
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    place = make_url(server).update_query_dict({"options": f"-csearch_path={schema}"})
    yield place.render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture
def catalog(url: str) -> Iterator[Catalog]:
    """A new, empty catalogue."""
    with Catalog.open(url) as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where an SQLite catalogue will be."""
    return tmp_path / "catalog.sqlite"
