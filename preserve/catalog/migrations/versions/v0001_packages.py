"""Packages and their pinned digests: the first version.

Types are spelled out here and not taken from ``tables.py``: that file moves on, this one stays what it was.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None


def _text() -> TypeEngine[str]:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the two tables and their indexes."""
    op.create_table(
        "packages",
        sa.Column("id", _text(), nullable=False),
        sa.Column("name", _text(), nullable=False),
        sa.Column("transfer", _text(), nullable=False),
        sa.Column("title", _text(), nullable=False),
        sa.Column("title_stands_in", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("sealed", _text(), nullable=False),
        sa.Column("bag_version", _text(), nullable=False),
        sa.Column("files", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("external_identifier", _text(), nullable=False),
        sa.Column("bag_group", _text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_packages"),
        sa.UniqueConstraint("name", name="uq_packages_name"),
        sa.CheckConstraint("files >= 0", name="ck_packages_files"),
        sa.CheckConstraint("bytes >= 0", name="ck_packages_bytes"),
    )
    op.create_index("ix_packages_transfer", "packages", ["transfer"], postgresql_using="hash")
    op.create_index("ix_packages_external_identifier", "packages", ["external_identifier"], postgresql_using="hash")
    op.create_index("ix_packages_sealed_name", "packages", ["sealed", "name"])
    op.create_table(
        "pinned",
        sa.Column("package_id", _text(), nullable=False),
        sa.Column("path", _text(), nullable=False),
        sa.Column("algorithm", _text(), nullable=False),
        sa.Column("value", _text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("package_id", "path", "algorithm", name="pk_pinned"),
        sa.ForeignKeyConstraint(["package_id"], ["packages.id"], name="fk_pinned_package_id", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_pinned_content", "pinned", ["value", "algorithm", "path"])
