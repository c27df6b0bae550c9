"""The tables as they are now.  How a catalogue gets there from an older one stands in ``migrations/``.

Later tables hang on ``packages.id`` with ON DELETE CASCADE, each added by a migration of its own.

What only PostgreSQL is told about an index (by hash, or over some rows only) stands in the migrations: to name it here
would load that dialect, which takes as long as the question of somebody who has no PostgreSQL.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)

from preserve.catalog.types import AnyText, Moment

REVISIONS: Final = ("0001", "0002", "0003", "0004", "0005")
"""The versions of the schema, oldest first, as ``migrations/versions/`` has them; the last is the present one."""

HEAD: Final = REVISIONS[-1]

PAYLOAD_MANIFESTS: Final = "path >= 'manifest-' AND path < 'manifest.'"
"""Which pins say what the payload is: those whose path begins with ``manifest-``, in words of both databases."""


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

packages = Table(
    "packages",
    metadata,
    Column("id", AnyText, primary_key=True),  # a UUID in its canonical text form, without urn:uuid:
    Column("name", AnyText, nullable=False),
    Column("transfer", AnyText, nullable=False),
    Column("title", AnyText, nullable=False),
    Column("title_stands_in", Boolean(create_constraint=False), nullable=False),
    Column("sealed", Moment, nullable=False),
    Column("bag_version", AnyText, nullable=False),
    Column("files", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("external_identifier", AnyText, nullable=False),
    Column("bag_group", AnyText, nullable=False),  # "group" is a word of SQL
    Column("last_read_ok", Moment),
    Column("last_read_bad", Moment),
    Column("text", AnyText, nullable=False, server_default=""),  # the line of a TextPrint, or ""
    UniqueConstraint("name"),
    CheckConstraint("files >= 0", name="files"),
    CheckConstraint("bytes >= 0", name="bytes"),
    # Of any length, therefore by hash in PostgreSQL, whose B-trees take no more than 2,700 bytes.
    Index("ix_packages_transfer", "transfer"),
    Index("ix_packages_external_identifier", "external_identifier"),
    Index("ix_packages_sealed_name", "sealed", "name"),
    Index("ix_packages_last_read_ok", "last_read_ok", "sealed", sqlite_where=text("last_read_bad IS NULL")),
    Index("ix_packages_last_read_bad", "last_read_bad", "sealed", sqlite_where=text("last_read_bad IS NOT NULL")),
)

pinned = Table(
    "pinned",
    metadata,
    Column("package_id", AnyText, ForeignKey("packages.id", ondelete="CASCADE"), nullable=False),
    Column("path", AnyText, nullable=False),
    Column("algorithm", AnyText, nullable=False),
    Column("value", AnyText, nullable=False),
    Column("position", Integer, nullable=False),  # their order in the Package
    PrimaryKeyConstraint("package_id", "path", "algorithm"),
    Index("ix_pinned_content", "value", "algorithm", "path", sqlite_where=text(PAYLOAD_MANIFESTS)),
    sqlite_with_rowid=False,  # the digests of a package lie together
)

text_keys = Table(  # by what a text is found that has most words in common with another (``alike``)
    "text_keys",
    metadata,
    Column("key", BigInteger, nullable=False, autoincrement=False),
    Column("package_id", AnyText, ForeignKey("packages.id", ondelete="CASCADE"), nullable=False),
    PrimaryKeyConstraint("key", "package_id"),
    sqlite_with_rowid=False,
)

copies = Table(  # in locations outside the package store
    "copies",
    metadata,
    Column("package_id", AnyText, ForeignKey("packages.id", ondelete="CASCADE"), nullable=False),
    Column("location", AnyText, nullable=False),
    Column("made", Moment, nullable=False),
    Column("last_read_ok", Moment),
    Column("last_read_bad", Moment),
    PrimaryKeyConstraint("package_id", "location"),
    Index("ix_copies_last_read_ok", "location", "last_read_ok", "made", sqlite_where=text("last_read_bad IS NULL")),
    Index(
        "ix_copies_last_read_bad", "location", "last_read_bad", "made", sqlite_where=text("last_read_bad IS NOT NULL")
    ),
)

doubts = Table(  # why the history of a package cannot be trusted
    "doubts",
    metadata,
    Column("package_id", AnyText, ForeignKey("packages.id", ondelete="CASCADE"), primary_key=True),
    Column("since", Moment, nullable=False),
    Column("why", AnyText, nullable=False),
)

version = Table(
    "preserve_catalog_version",  # not alembic_version: in PostgreSQL others may live in the same schema
    MetaData(),
    Column("version_num", AnyText, primary_key=True),
)
