"""The fingerprints of texts, and the keys by which they are found.

Packages that were sealed before this version have no fingerprint; they are not compared.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0003"
down_revision = "0002"


def _text() -> TypeEngine[str]:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add a column and a table."""
    op.add_column("packages", sa.Column("text", _text(), nullable=False, server_default=""))
    op.create_table(
        "text_keys",
        sa.Column("key", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("package_id", _text(), nullable=False),
        sa.PrimaryKeyConstraint("key", "package_id", name="pk_text_keys"),
        sa.ForeignKeyConstraint(["package_id"], ["packages.id"], name="fk_text_keys_package_id", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
