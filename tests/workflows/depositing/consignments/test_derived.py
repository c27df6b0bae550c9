"""A bag that another institution takes is derived from a package, which stays as it is."""

import json
import subprocess
import tarfile
from hashlib import md5
from pathlib import Path

import bagit
import pytest

from preserve.bag.profiles.named import NAMES, find_profile
from preserve.bag.validate import Options, validate
from preserve.errors import BagError, DescriptionError, UsageError
from preserve.storage.resources import schema
from preserve.workflows.archive import Archive as Opened
from tests.acceptance.archive import Archive
from tests.workflows.depositing.consignments.ready import FILES, only, ready, whole

APTRUST = (("Title", "Papers"), ("Access", "Institution"), ("Storage-Option", "Standard"))
ORGANIZATION = ("Source-Organization", "Vellhaven Harbour Office")


def by_file(store: Opened, form: str, profile: str, *tags: tuple[str, str]) -> dict[str, bytes]:
    return {piece.path: whole(piece) for piece in ready(store, form, profile=profile, tags=tags).pieces()}


def lines(data: bytes) -> list[str]:
    return data.decode().splitlines()


def written(place: Path, **fields: object) -> str:
    """A small profile, as a file; its path."""
    info = {
        "BagIt-Profile-Identifier": "https://profiles.test/small.json",
        "Source-Organization": "Test",
        "External-Description": "Test",
        "Version": "1",
    }
    place.write_text(json.dumps({"BagIt-Profile-Info": info, "Accept-BagIt-Version": ["1.0"], **fields}))
    return str(place)


@pytest.mark.parametrize(
    ("profile", "tags"),
    [
        ("aptrust-2.2", APTRUST),
        ("aptrust-2.3", (*APTRUST[:2], ("Storage-Option", "Wasabi-TX"))),
        ("btr-1.0", (ORGANIZATION,)),
        ("loc-edeposit", (("Publisher", "Fenn"),)),
    ],
)
def test_a_known_profile_is_kept_and_two_witnesses_agree(
    store: Opened, tmp_path: Path, profile: str, tags: tuple[tuple[str, str], ...]
) -> None:
    (piece,) = ready(store, "tar", profile=profile, tags=tags).pieces()
    place = tmp_path / piece.path
    place.write_bytes(whole(piece))
    report = validate(place, options=Options(profile=find_profile(profile)))
    assert report.valid, report.problems
    (tmp_path / "out").mkdir()
    subprocess.run(["tar", "-xf", place, "-C", tmp_path / "out"], check=True)
    (folder,) = (tmp_path / "out").iterdir()
    assert folder.name == place.name.removesuffix(".tar")
    assert bagit.Bag(str(folder)).is_valid()


def test_what_aptrust_asks_for_is_there(store: Opened, tmp_path: Path) -> None:
    (piece,) = ready(store, "tar", profile="aptrust-2.2", tags=APTRUST).pieces()
    place = tmp_path / piece.path
    place.write_bytes(whole(piece))
    with tarfile.open(place) as tar:
        read = {name.partition("/")[2]: file.read() for name in tar.getnames() if (file := tar.extractfile(name))}
    assert read["aptrust-info.txt"] == b"Title: Papers\nAccess: Institution\nStorage-Option: Standard\n"
    assert {"manifest-md5.txt", "manifest-sha256.txt", "manifest-sha512.txt"} <= read.keys()
    assert lines(read["bag-info.txt"])[-1].endswith("/aptrust-v2.2.json")
    assert {read[f"data/{name}"] for name in FILES} == set(FILES.values())


def test_missing_digests_are_computed(store: Opened, tmp_path: Path) -> None:
    profile = written(tmp_path / "p.json", **{"Manifests-Required": ["md5"], "Manifests-Allowed": ["md5"]})
    found = by_file(store, "bag", profile)
    assert sorted(path for path in found if path.startswith("manifest-")) == ["manifest-md5.txt"]
    expected = {f"{md5(data).hexdigest()}  data/{name}" for name, data in FILES.items()}
    assert set(lines(found["manifest-md5.txt"])) == expected


def test_everything_that_nobody_said_is_asked_for_at_once_with_what_is_allowed(store: Opened) -> None:
    with pytest.raises(DescriptionError) as told:
        ready(store, "tar", profile="aptrust-2.2")
    assert "Title in aptrust-info.txt" in told.value.message
    assert "Access in aptrust-info.txt (one of: Consortia, Institution, Restricted)" in told.value.message
    assert "Storage-Option in aptrust-info.txt (one of: Standard, Glacier-OH" in told.value.message
    assert "--tag" in told.value.hint
    with pytest.raises(DescriptionError, match="where “Everybody” is not allowed"):
        ready(store, "tar", profile="aptrust-2.2", tags=(*APTRUST[:1], ("Access", "Everybody"), APTRUST[2]))
    with pytest.raises(DescriptionError, match="allows only once, and there are 2"):
        ready(store, "tar", profile="aptrust-2.2", tags=(*APTRUST, ("Title", "Again")))


def test_a_title_that_a_person_gave_is_taken_and_one_that_stands_in_is_not(archive: Archive, store: Opened) -> None:
    with pytest.raises(DescriptionError, match="Title in"):
        ready(store, "tar", profile="aptrust-2.2", tags=APTRUST[1:])
    archive.run("describe", only(store).name, "--set", "dcterms:title=The papers of Jane Fenn")
    (piece,) = ready(store, "tar", profile="aptrust-2.2", tags=APTRUST[1:]).pieces()
    assert b"\nTitle: The papers of Jane Fenn\n" in b"\n" + whole(piece)


def test_a_tag_goes_into_the_file_whose_it_is(store: Opened, tmp_path: Path) -> None:
    other = [{"Their-Info": {"Colour": {"required": True}}}]
    profile = written(tmp_path / "p.json", **{"Bag-Info": {"Shelf": {"required": True}}, "Other-Info": other})
    found = by_file(store, "bag", profile, ("colour", "blue"), ("Shelf", "9"), ("Mood", "calm"))
    assert found["their-info.txt"] == b"colour: blue\n"
    assert {"Shelf: 9", "Mood: calm"} <= set(lines(found["bag-info.txt"]))
    assert "their-info.txt" in found["tagmanifest-sha256.txt"].decode()
    found = by_file(store, "bag", profile, ("their-info.txt/Colour", "red"), ("bag-info.txt/Shelf", "9"))
    assert found["their-info.txt"] == b"Colour: red\n"
    for label in ("elsewhere.txt/Shelf", "Payload-Oxum", "BagIt-Profile-Identifier"):
        with pytest.raises(UsageError):
            by_file(store, "bag", profile, (label, "1"))


def test_what_is_said_takes_the_place_of_what_the_package_says(store: Opened) -> None:
    found = by_file(store, "bag", "btr-1.0", ORGANIZATION, ("external-description", "Other words"))
    said = [line for line in lines(found["bag-info.txt"]) if line.lower().startswith("external-description")]
    assert said == ["external-description: Other words"]


def test_only_allowed_tag_files_go_along(store: Opened, tmp_path: Path) -> None:
    profile = written(tmp_path / "p.json", **{"Tag-Files-Allowed": ["metadata/descriptive/dc.xml"]})
    found = by_file(store, "bag", profile)
    own = {"bagit.txt", "bag-info.txt", "metadata/descriptive/dc.xml"}
    assert {path for path in found if not path.startswith(("data/", "manifest-", "tagmanifest-"))} == own
    assert "README.txt" not in by_file(store, "bag", written(tmp_path / "q.json"))
    profile = written(tmp_path / "r.json", **{"Tag-Files-Required": ["README.txt"]})
    assert "README.txt" in by_file(store, "bag", profile)


def test_an_older_version_is_declared_where_only_that_is_taken(store: Opened, tmp_path: Path) -> None:
    profile = written(
        tmp_path / "p.json", **{"Accept-BagIt-Version": ["0.97"], "Accept-Serialization": ["application/tar"]}
    )
    (piece,) = ready(store, "tar", profile=profile).pieces()
    place = tmp_path / piece.path
    place.write_bytes(whole(piece))
    report = validate(place, options=Options(profile=find_profile(profile)))
    assert (report.valid, report.bag_version) == (True, "0.97"), report.problems


@pytest.mark.parametrize(
    ("form", "fields", "why"),
    [
        ("bag", {"Serialization": "required", "Accept-Serialization": ["application/tar"]}, "requires an archive file"),
        (
            "zip",
            {"Serialization": "required", "Accept-Serialization": ["application/tar"]},
            "accepts only application/tar",
        ),
        ("tar", {"Serialization": "forbidden"}, "requires a folder"),
        ("bag", {"Accept-BagIt-Version": ["0.93"]}, "accepts only 0.93"),
        ("bag", {"Data-Empty": True}, "no payload but one empty file"),
        ("bag", {"Fetch.txt-Required": True}, r"no fetch\.txt"),
        ("bag", {"Tag-Files-Required": ["marc.xml"]}, r"no marc\.xml"),
        ("bag", {"Payload-Files-Allowed": ["data/*.pdf"]}, "does not allow"),
        ("bag", {"Manifests-Required": ["crc32"]}, "cannot be computed"),
        ("bag", {"Manifests-Allowed": []}, "allows no manifest"),
        ("bag", {"Manifests-Required": "md5"}, "not a list of texts"),
    ],
)
def test_what_no_tag_can_mend_is_told_before_anything_is_read(
    store: Opened, tmp_path: Path, form: str, fields: dict[str, object], why: str
) -> None:
    for document in store.place_of(only(store).name).glob("data/**/*.bin"):
        document.write_bytes(b"reading this would be noticed")
    with pytest.raises(BagError, match=why):
        ready(store, form, profile=written(tmp_path / "p.json", **fields))


def test_an_altered_document_gets_no_new_digest(store: Opened) -> None:
    document = next(store.place_of(only(store).name).rglob("letter.txt"))
    document.write_bytes(b"A latter.\n")
    (piece,) = ready(store, "tar", profile="aptrust-2.2", tags=APTRUST).pieces()
    for read in (whole, lambda piece: whole(piece, 20_000), lambda piece: piece.digest("sha256")):
        with pytest.raises(BagError, match="is not what was validated"):
            read(piece)


@pytest.mark.parametrize("form", ["bag", "tar"])
def test_nothing_leaves_before_the_bag_was_judged(store: Opened, tmp_path: Path, form: str) -> None:
    """A manifest of the package that does not agree with what it would have to say stops every piece of the bag."""
    sent = ready(store, form, profile=written(tmp_path / "p.json", **{"Manifests-Required": ["md5"]}))
    for document in store.place_of(only(store).name).rglob("letter.txt"):
        document.unlink()
    for piece in sent.pieces():
        with pytest.raises(BagError):
            next(piece.blocks())


def test_a_url_is_never_followed(store: Opened) -> None:
    with pytest.raises(BagError, match="never downloaded"):
        ready(store, "tar", profile="https://profiles.test/p.json")
    with pytest.raises(BagError, match=r"nowhere\.json cannot be read"):
        find_profile("nowhere.json")


def test_documents_alone_keep_no_profile(store: Opened) -> None:
    with pytest.raises(BagError, match="no bag"):
        ready(store, "payload", profile="btr-1.0")
    with pytest.raises(UsageError, match="for a profile"):
        ready(store, "tar", tags=APTRUST)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_shipped_has_nothing_wrong(name: str) -> None:
    assert find_profile(name).problems == ()
    assert json.loads(schema(f"profiles/{name}.json"))
