"""Names from outside are carried, shown and turned into safe folder names."""

import string
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.storage import names

ANY_NAME = st.binary(min_size=1, max_size=80).map(
    lambda raw: raw.replace(b"/", b"_").decode("utf-8", "surrogateescape")
)
AN_ID = "12345678-aaaa-4bbb-8ccc-dddddddddddd"


@given(ANY_NAME)
def test_every_name_keeps_its_bytes(name: str) -> None:
    assert names.raw(name).decode("utf-8", "surrogateescape") == name


@given(ANY_NAME)
def test_a_bag_name_is_utf8_and_fits_a_file_system(name: str) -> None:
    in_bag = names.bag_name(name)
    assert len(in_bag.encode("utf-8")) <= max(names.NAME_BYTES, len(names.raw(name)))
    assert in_bag == name or not names.is_utf8(name)


@given(st.text(min_size=1, max_size=80))
def test_text_is_never_renamed_in_the_bag(name: str) -> None:
    assert names.bag_name(name) == name


def test_names_that_differ_in_stray_bytes_differ_in_the_bag() -> None:
    latin, literal = b"caf\xe9".decode("utf-8", "surrogateescape"), "caf=E9"
    assert names.bag_name(latin) == "caf=E9"
    assert names.bag_name(latin + "=") == "caf=E9=3D"
    assert names.bag_name(literal) == literal


def test_a_long_name_of_stray_bytes_is_cut_but_stays_unique() -> None:
    one = (b"\xff" * 254 + b"a").decode("utf-8", "surrogateescape")
    two = (b"\xff" * 254 + b"b").decode("utf-8", "surrogateescape")
    assert len(names.bag_name(one).encode()) <= names.NAME_BYTES
    assert names.bag_name(one) != names.bag_name(two)


@given(ANY_NAME)
def test_a_package_name_is_safe_everywhere_and_ends_in_the_id(name: str) -> None:
    package = names.package_name(name, AN_ID)
    assert package.endswith("-12345678")
    assert not set(package) & set('/\\<>:"|?*%~ .' + string.whitespace)
    assert not names.windows_trouble(package)
    assert not package.startswith(("-", "."))
    assert len(package.encode()) + len(".history.jsonl") <= names.NAME_BYTES


@pytest.mark.parametrize(
    ("transfer", "beginning"),
    [
        ("Annual report 1931.txt", "Annual-report-1931"),
        ("رسالة إلى الأصدقاء.txt", "رسالة-إلى-الأصدقاء"),
        ("harbour.office.1931", "harbour-office-1931"),
        ("....", "package"),
        ("CON", "CON"),
    ],
)
def test_a_package_name_says_what_came_in(transfer: str, beginning: str) -> None:
    assert names.package_name(transfer, str(uuid.uuid4())).startswith(beginning)


@pytest.mark.parametrize(
    ("path", "trouble"),
    [
        ("a/con.txt", True),
        ("LPT1", True),
        ("COM¹.txt", True),
        ("what?.txt", True),
        ("a\\b", True),
        ("trailing ", True),
        ("stop.", True),
        ("line\nfeed", True),
        ("fine.txt", False),
        ("console.txt", False),
        ("قلم.txt", False),
    ],
)
def test_names_that_windows_cannot_hold_are_known(path: str, trouble: bool) -> None:
    assert bool(names.windows_trouble(path)) is trouble


def test_what_is_shown_cannot_command_a_terminal_or_turn_the_line_around() -> None:
    shown = names.shown("a\x1b[31m\n\u202egpj.exe\udce9")
    assert shown == "a\\x1b[31m\\x0a\\u202egpj.exe\\xe9"


def test_joiners_that_scripts_need_are_shown_as_they_are() -> None:
    assert names.shown("می\u200cخواهم") == "می\u200cخواهم"


def test_collisions_are_seen_in_case_and_normalisation() -> None:
    assert names.fold_case("Straße/É") == names.fold_case("STRASSE/e\u0301")
    assert names.fold_normalisation("e\u0301") == names.fold_normalisation("é")
    assert names.fold_normalisation("E") != names.fold_normalisation("e")
