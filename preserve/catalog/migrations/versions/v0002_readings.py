"""When each package was last read; and the index of pins holds only those that are asked for.

Nothing is known of readings before this version but what stands in the histories: until the catalogue is rebuilt from
them, or the packages are read again, they count as never read.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0002"
down_revision = "0001"


def _text() -> TypeEngine[str]:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add two columns and their indexes, and make the index of pins smaller."""
    for column in ("last_read_ok", "last_read_bad"):
        op.add_column("packages", sa.Column(column, _text(), nullable=True))
    _index("ix_packages_last_read_ok", "packages", ["last_read_ok", "sealed"], "last_read_bad IS NULL")
    _index("ix_packages_last_read_bad", "packages", ["last_read_bad", "sealed"], "last_read_bad IS NOT NULL")
    op.drop_index("ix_pinned_content", "pinned")
    _index("ix_pinned_content", "pinned", ["value", "algorithm", "path"], "path >= 'manifest-' AND path < 'manifest.'")


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
