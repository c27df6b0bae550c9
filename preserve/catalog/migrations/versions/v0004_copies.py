"""The copies of packages in other locations, each with its own readings.

There were none before this version.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0004"
down_revision = "0003"


def _text() -> TypeEngine[str]:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add a table and its indexes."""
    op.create_table(
        "copies",
        sa.Column("package_id", _text(), nullable=False),
        sa.Column("location", _text(), nullable=False),
        sa.Column("made", _text(), nullable=False),
        sa.Column("last_read_ok", _text(), nullable=True),
        sa.Column("last_read_bad", _text(), nullable=True),
        sa.PrimaryKeyConstraint("package_id", "location", name="pk_copies"),
        sa.ForeignKeyConstraint(["package_id"], ["packages.id"], name="fk_copies_package_id", ondelete="CASCADE"),
    )
    _index("ix_copies_last_read_ok", ["location", "last_read_ok", "made"], "last_read_bad IS NULL")
    _index("ix_copies_last_read_bad", ["location", "last_read_bad", "made"], "last_read_bad IS NOT NULL")


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "copies", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
