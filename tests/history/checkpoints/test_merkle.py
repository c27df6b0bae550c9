"""The tree is the one of RFC 6962: its known answers, and what must hold of any."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.history.checkpoints import merkle

# The inputs and roots with which implementations of Certificate Transparency are tested.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PROOFS = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
HASHES = [merkle.leaf_hash(bytes.fromhex(data)) for data in INPUTS]
TREES = st.lists(st.binary(max_size=4), min_size=1, max_size=70).map(lambda leaves: [*map(merkle.leaf_hash, leaves)])


def by_definition(hashes: list[bytes]) -> bytes:
    """The root as RFC 6962 §2.1 defines it: split at the largest power of two below the number of leaves."""
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256().digest()
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return merkle.node_hash(by_definition(hashes[:split]), by_definition(hashes[split:]))


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_the_known_roots(size: int) -> None:
    assert merkle.root(HASHES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "proof"), PROOFS)
def test_the_known_proofs(index: int, size: int, proof: list[str]) -> None:
    made = merkle.inclusion_proof(HASHES[:size], index)
    assert [step.hex() for step in made] == proof
    found = merkle.root_from(HASHES[index], index, size, made)
    assert found is not None
    assert found.hex() == ROOTS[size]


@given(TREES)
def test_the_root_is_the_one_that_the_rfc_defines(hashes: list[bytes]) -> None:
    assert merkle.root(hashes) == by_definition(hashes)


@given(TREES, st.data())
def test_a_proof_proves_its_leaf_at_its_place_and_no_other(hashes: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(hashes) - 1))
    proof, size, root = merkle.inclusion_proof(hashes, index), len(hashes), merkle.root(hashes)
    assert merkle.root_from(hashes[index], index, size, proof) == root
    assert merkle.root_from(merkle.leaf_hash(b"another"), index, size, proof) != root
    assert merkle.root_from(hashes[index], index, size, (*proof, root)) is None
    if proof:
        assert merkle.root_from(hashes[index], index, size, proof[:-1]) is None
        assert merkle.root_from(hashes[index], index ^ 1, size, proof) != root or len(set(hashes)) < size
        spoilt = (bytes([proof[0][0] ^ 1]) + proof[0][1:], *proof[1:])
        assert merkle.root_from(hashes[index], index, size, spoilt) != root


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_there_is_no_proof_of_a_leaf_that_is_none(index: int, size: int) -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_proof(HASHES[:size], index)
    assert merkle.root_from(HASHES[0], index, size, ()) is None


def test_a_node_cannot_pass_for_a_leaf() -> None:
    left, right = HASHES[:2]
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)
