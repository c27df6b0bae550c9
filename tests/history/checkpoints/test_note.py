"""Signed notes as the specification and the first program that wrote them have them."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from preserve.history.checkpoints import note
from preserve.history.checkpoints.note import Note, Signature, VerifierKey

# The example of golang.org/x/mod/sumdb/note, and those of the specifications.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
LINE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
SIGNED = f"{TEXT}\n{LINE}\n".encode()
BEHIND_THE_SOFA = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5\
/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
"""
PRIVATE = Ed25519PrivateKey.from_private_bytes(SEED)
KEY = VerifierKey.parse(VKEY)


def test_the_known_note_is_made_octet_by_octet() -> None:
    assert Note(TEXT, (note.sign(TEXT, "PeterNeumann", PRIVATE),)).encode() == SIGNED


def test_the_known_note_verifies() -> None:
    read = note.parse(SIGNED)
    assert (read.text, read.mended) == (TEXT, False)
    assert note.verifies(read, KEY) is True
    assert read.encode() == SIGNED


def test_the_known_key_is_written_as_it_was_read() -> None:
    assert KEY.text == VKEY
    assert (KEY.name, KEY.hash) == ("PeterNeumann", "c74f20a3")


def test_the_example_of_a_checkpoint_is_a_note() -> None:
    read = note.parse(BEHIND_THE_SOFA.encode())
    assert [one.name for one in read.signatures] == ["example.com/behind-the-sofa"]
    assert note.verifies(read, KEY) is None


@pytest.mark.parametrize("place", range(len(VKEY)))
def test_a_key_with_one_wrong_letter_is_none(place: int) -> None:
    for wrong in (VKEY[:place] + VKEY[place + 1 :], VKEY[:place] + chr(ord(VKEY[place]) + 1) + VKEY[place + 1 :]):
        with pytest.raises(ValueError, match="public key"):
            VerifierKey.parse(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_keys_of_other_kinds_are_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="public key"):
        VerifierKey.parse(wrong)


@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 255))
def test_a_note_with_one_wrong_octet_never_verifies(place: int, change: int) -> None:
    spoilt = bytearray(SIGNED)
    spoilt[place] ^= change
    try:
        read = note.parse(bytes(spoilt))
    except ValueError:
        return
    assert read.mended or not note.verifies(read, KEY)
    assert not note.verifies(read, KEY) or read.encode() == SIGNED


@pytest.mark.parametrize(
    "arrived",
    [
        SIGNED.replace(b"\n", b"\r\n"),
        SIGNED.replace(b"\n", b"  \n"),
        b"\xef\xbb\xbf" + SIGNED,
        b"\n\n" + SIGNED + b"\n\n",
        SIGNED.removesuffix(b"\n"),
        SIGNED.replace(b"\n", "\u00a0\t\n".encode()),
    ],
)
def test_what_mail_and_editors_do_to_a_text_is_undone_and_told(arrived: bytes) -> None:
    read = note.parse(arrived)
    assert read.mended
    assert note.verifies(read, KEY)
    assert read.encode() == SIGNED


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (b"", "cut off"),
        (TEXT.encode(), "cut off"),
        (SIGNED[: SIGNED.index(b"x08go") + 21], "is cut off"),
        (SIGNED.replace("—".encode(), b"-"), "long dash"),
        (SIGNED.replace("—".encode(), "\u2013".encode()), "long dash"),
        (SIGNED + b"more\n", "is none"),
        (SIGNED.replace(b"PeterNeumann", b"Peter+Neumann"), "is none"),
        (b"\x00\x01\x02" * 100, "control"),
        (b"\xff\xfe", "UTF-8"),
        (b"a" * (note.LARGEST + 1), "larger"),
        (SIGNED + f"{LINE}\n".encode() * 3000, "more than 100"),
    ],
)
def test_what_is_no_note_says_why(wrong: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        note.parse(wrong)


@given(st.binary(max_size=300))
def test_no_octets_raise_anything_but_a_reason(data: bytes) -> None:
    reason = ""
    try:
        note.parse(data)
    except ValueError as error:
        reason = str(error)
    assert not reason or reason.startswith(("is ", "holds ", "has ", "ends ")), "the reason is a sentence of ours"


def test_a_signature_that_a_known_key_claims_and_did_not_make_spoils_its_others() -> None:
    good = note.sign(TEXT, "PeterNeumann", PRIVATE)
    bad = Signature(good.name, good.id, bytes(64))
    assert note.verifies(Note(TEXT, (good, bad)), KEY) is False
    assert note.verifies(Note(TEXT, (good, Signature("other", bad.id, bytes(64)))), KEY) is True


def test_a_signature_of_another_kind_is_not_ours() -> None:
    good = note.sign(TEXT, "PeterNeumann", PRIVATE)
    assert note.verifies(Note(TEXT, (Signature(good.name, b"\0\0\0\1", good.value),)), KEY) is None
    assert note.verifies(Note(TEXT, (Signature(good.name, good.id, good.value[:-1]),)), KEY) is False


def test_a_key_without_a_point_on_the_curve_verifies_nothing() -> None:
    odd = VerifierKey("odd", b"\xff" * 32)
    assert note.verifies(Note(TEXT, (Signature("odd", odd.id, bytes(64)),)), odd) is False
