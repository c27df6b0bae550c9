"""The histories that are in doubt.  None is, before an audit finds that it cannot record anything in one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0005"
down_revision = "0004"


def _text() -> TypeEngine[str]:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add a table."""
    op.create_table(
        "doubts",
        sa.Column("package_id", _text(), nullable=False),
        sa.Column("since", _text(), nullable=False),
        sa.Column("why", _text(), nullable=False),
        sa.PrimaryKeyConstraint("package_id", name="pk_doubts"),
        sa.ForeignKeyConstraint(["package_id"], ["packages.id"], name="fk_doubts_package_id", ondelete="CASCADE"),
    )
