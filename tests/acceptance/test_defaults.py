"""Who says what of a document: the nearest word wins, and the package says whose it was."""

from pathlib import Path

from preserve.describe.record.origins import ORIGINS_PATH, from_json
from preserve.describe.record.read_xml import DC_PATH, read_record
from preserve.model import Record
from tests.acceptance.archive import Archive
from tests.transfer.trees import lay


def record_of(package: Path) -> Record:
    return read_record((package / DC_PATH).read_bytes())


def origins_of(package: Path) -> dict[tuple[str, str, str], str]:
    entries = from_json((package / ORIGINS_PATH).read_bytes()).items()
    return {(about, term.removeprefix("dcterms:"), value): origin.source for (about, term, value, _), origin in entries}


def test_set_goes_before_a_sidecar_a_table_folders_and_the_configuration(archive: Archive) -> None:
    (archive.home / "preserve.toml").write_text(
        '[describe]\npublisher = "config"\nsubject = ["config 1", "config 2"]\naudience = "config"\nlanguage = "fr"\n'
        'creator = "config"\nrights = "config"\nabstract = "config"\n'
    )
    lay(
        archive.incoming,
        {
            "metadata.toml": 'publisher = "incoming"\nsubject = "incoming"\ncreator = "incoming"\nrights = "incoming"\n'
            'abstract = "incoming"\n',
            "box/metadata.toml": 'subject = "box"\ncreator = "box"\nrights = "box"\nabstract = "box"\n',
            "box/metadata.csv": "filename,dc.creator,dc.rights,dcterms.abstract\n.,table,table,table\n",
            "box.metadata.toml": 'rights = "sidecar"\nabstract = "sidecar"\n',
            "box/in/metadata.toml": 'subject = "in"\n',
            "box/in/a.txt": "A letter in English that is long enough to be known as English by anybody who reads it.\n",
        },
    )
    (result,) = archive.ingest("--set", "abstract=set")
    assert result["status"] == "sealed", result["problems"]
    package = Path(result["path"])
    record, origins = record_of(package), origins_of(package)
    expected = {
        "abstract": ("set", "set"),
        "rights": ("sidecar", "box.metadata.toml"),
        "creator": ("table", "metadata.csv"),
        "subject": ("box", "metadata.toml"),
        "publisher": ("incoming", "beside/metadata.toml"),
        "audience": ("config", "config"),
        "language": ("en", "preserve"),  # what is known of this package goes before what is said of all
    }
    for term, (value, origin) in expected.items():
        assert record.values(f"dcterms:{term}") == (value,)
        assert origins["", term, value] == origin
    assert origins["data/in/", "subject", "in"] == "in/metadata.toml"
    kept = {path.relative_to(package / "metadata/source").as_posix() for path in package.glob("metadata/source/**/*.*")}
    assert {"metadata.toml", "beside/metadata.toml", "in/metadata.toml", "box.metadata.toml", "metadata.csv"} <= kept
    assert (package / "data/metadata.toml").exists()  # it came inside the transfer
    assert not (package / "data/box.metadata.toml").exists()


def test_check_tells_what_is_wrong_with_them_before_anything_is_packaged(archive: Archive) -> None:
    lay(
        archive.incoming, {"box/metadata.toml": 'created = "12/12/16"\n', "box/a.txt": "a", "metadata.toml": "title = "}
    )
    said = archive.run("check", "--json")
    problems = {(problem["code"], problem["path"]) for message in said.messages for problem in message["problems"]}
    assert problems >= {
        ("date-ambiguous", "metadata.toml"),
        ("metadata-toml-unreadable", "beside/metadata.toml"),
    }
    assert said.status == 3
    assert {result["status"] for result in archive.ingest()} == {"refused"}


def test_what_the_configuration_says_wrongly_is_told_with_its_place(archive: Archive) -> None:
    (archive.home / "preserve.toml").write_text('[describe]\ncreated = "12/12/16"\nlicense = "CC BY 4.0"\n')
    lay(archive.incoming, {"a.txt": "a"})
    (result,) = archive.ingest()
    assert result["status"] == "refused"
    told = {problem["code"]: problem["message"] for problem in result["problems"]}
    assert told["date-ambiguous"].startswith("preserve.toml, [describe]: ")
    assert "https://creativecommons.org/licenses/by/4.0/" in told["rights-as-text"]


def test_what_is_said_of_a_folder_stays_when_its_documents_are_moved(archive: Archive) -> None:
    lay(archive.incoming, {"metadata.toml": 'publisher = "P"\n', "a.txt": "a", "a.metadata.toml": 'title = "A"\n'})
    (result,) = archive.ingest("--move")
    assert result["status"] == "sealed"
    assert sorted(path.name for path in archive.incoming.iterdir()) == ["metadata.toml"]
    lay(archive.incoming, {"b.txt": "b"})
    (again,) = archive.ingest("--move")
    assert record_of(Path(again["path"])).values("dcterms:publisher") == ("P",)


def test_a_document_that_is_named_hears_all_folders_around_it_up_to_incoming(archive: Archive) -> None:
    said = {"metadata.toml": 'publisher = "P"\nsubject = "far"\n', "a/metadata.toml": 'subject = "near"\n'}
    lay(archive.incoming, {**said, "a/b/c/letter.txt": "A letter\n"})
    (archive.home / "metadata.toml").write_text('audience = "nobody: this is not in incoming"\n')
    for words in ([], ["--as-one"], ["--each-file"]):
        package = Path(archive.ingest(archive.incoming / "a/b/c/letter.txt", *words)[0]["path"])
        record = record_of(package)
        assert record.values("dcterms:publisher") == ("P",)
        assert record.values("dcterms:subject") == ("near",)
        assert record.values("dcterms:audience") == ()


def test_what_set_says_doubtfully_is_told(archive: Archive) -> None:
    lay(archive.incoming, {"a.txt": "a"})
    (result,) = archive.ingest("--set", "created=ca. 1931")
    (problem,) = [problem for problem in result["problems"] if problem["code"] == "date-as-text"]
    assert problem["message"].startswith("--set: dcterms:created is 'ca. 1931'")
    assert "1931~" in problem["message"]


def test_show_tells_until_when_a_package_is_held_back(archive: Archive) -> None:
    days = {"2031": ("2031-12-31", "until 2031-12-31"), "2031/..": ("9999-12-31", "without end")}
    lay(archive.incoming, {"open.txt": "o"})
    (result,) = archive.ingest()
    assert archive.run("show", "--json", result["id"]).only["embargo"] is None
    assert "embargo" not in archive.run("show", result["id"]).out
    for number, (said, (day, words)) in enumerate(days.items()):
        lay(archive.incoming, {f"{number}.txt": said})
        (result,) = archive.ingest(archive.incoming / f"{number}.txt", "--set", f"available={said}")
        assert archive.run("show", "--json", result["id"]).only["embargo"] == day
        assert f"  embargo   {words}\n" in archive.run("show", result["id"]).out
