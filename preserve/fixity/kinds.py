"""Which kind of failure stands behind each finding: one table over the codes of all errors.  Pure.

The table speaks of packages that preserve sealed: what could not have been sealed came about afterwards.  So a legal
line in somebody else's manifest is a changed manifest here.
"""

from __future__ import annotations

from preserve.model import Kind

_CODES: dict[Kind, str] = {
    Kind.ALTERED: """
        checksum-mismatch
        declaration-malformed declaration-spelling version-unknown encoding-unknown
        byte-order-mark undecodable tag-file-too-large
        bag-info-malformed bag-info-whitespace oxum-malformed oxum-repeated
        profile-identifier profile-info-required profile-info-value profile-info-repeated profile-bagit-version
        archive-damaged archive-truncated archive-trailing-data archive-bomb archive-header-too-large
        archive-no-base-folder archive-member-damaged archive-member-ambiguous archive-member-overlaps
        unrecorded-package-damaged
        """,
    Kind.MISSING: """
        missing missing-to-fetch declaration-missing payload-folder-missing
        profile-manifest-required profile-tag-manifest-required profile-tag-file-required
        profile-payload-file-required profile-fetch-required
        fetch-url-refused fetch-redirect-refused fetch-failed fetch-too-long fetch-checksum-mismatch fetch-not-stored
        package-missing history-without-package not-a-bag
        """,
    Kind.UNEXPECTED: """
        unlisted link-listed link-found special-file folder-for-tag-file
        fetch-line-malformed fetch-url-not-absolute fetch-not-payload fetch-not-in-manifest
        profile-manifest-not-allowed profile-tag-manifest-not-allowed profile-tag-file-not-allowed
        profile-payload-file-not-allowed profile-data-not-empty profile-fetch-not-allowed
        archive-hidden-data archive-too-many-members archive-several-folders archive-member-unsafe
        archive-member-twice archive-member-link archive-member-special archive-member-sparse
        package-copied
        """,
    Kind.UNREADABLE: """
        unreadable tag-file-unreadable folder-unreadable package-unreadable bag
        archive-member-encrypted archive-member-method
        """,
    Kind.TAMPERED: """
        manifest-tampered changed-after-sealing no-manifest
        algorithm-unknown algorithm-spelling algorithm-twice
        manifest-line-malformed digest-malformed path-unsafe path-outside-payload path-is-folder percent-not-encoded
        listed-twice listed-twice-different not-in-every-manifest not-checkable oxum-mismatch
        tag-manifest-lists-payload tag-manifest-lists-tag-manifest tag-manifest-omits-manifest
        profile-serialization-required profile-serialization-forbidden profile-serialization-not-accepted
        package-not-a-folder not-a-package pins-disagree former-state change-unfinished
        history-missing history-shorter history-not-a-file history-not-json history-form history-sequence
        history-chain history-package history-duplicate history-head history-broken history-doubted
        """,
    Kind.DOWNGRADED: "version-downgraded",
}

KINDS: dict[str, Kind] = {code: kind for kind, codes in _CODES.items() for code in codes.split()}
"""The kind of failure by the code of an error."""

_BESIDE = """
    profile-malformed profile-incomplete profile-contradicts-itself profile-version-unknown
    result-not-recorded not-checked checks-not-catalogued check-failed still-failed store-in-transfer
    catalog catalog-damaged copies-contradict locked store-unwritable
    deposit-altered deposit-unknown deposit-journal-missing never-deposited deposits-unread deposits-unproven
    """

BESIDE: frozenset[str] = frozenset(_BESIDE.split())
"""Errors that say nothing of the package: of the profile that was asked for, of the catalogue, of an earlier check,
of which copy is the true one, or of what was handed over to others."""

RESULTS: frozenset[str] = frozenset(["oxum-mismatch", "payload-folder-missing"])
"""Errors that follow from others: they are a failure of their own only where nothing else explains them."""

PINNED: frozenset[str] = frozenset(["manifest-tampered"])
"""Errors that keep their kind even if the file is gone: what was pinned is no longer there."""

FOR_THE_WHOLE: frozenset[str] = frozenset(
    code for code in KINDS if code.startswith(("history-", "package-")) or code in ("not-a-package", "pins-disagree")
) | {"former-state", "change-unfinished", "unrecorded-package-damaged", "not-a-bag", "bag"}
"""Errors that name the package where others name a file."""

GRAVEST: tuple[Kind, ...] = (
    Kind.UNREADABLE,
    Kind.DOWNGRADED,
    Kind.TAMPERED,
    Kind.MOVED,
    Kind.MISSING,
    Kind.ALTERED,
    Kind.UNEXPECTED,
)
"""Which kind a file is told under of which several were found: what explains the others comes first."""


def kind_of(code: str, path: str) -> Kind:
    """The kind of failure behind an error with *code* that names *path*."""
    if code == "changed-after-sealing" and path:  # a tag file or a link that was added
        return Kind.UNEXPECTED
    return KINDS.get(code, Kind.ALTERED if path else Kind.TAMPERED)
