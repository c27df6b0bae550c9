"""``preserve report`` proves the promise: for an auditor, for a spreadsheet, for programs, as PREMIS."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from preserve.config import load
from preserve.history.file import path_of
from preserve.premis.check import check
from preserve.workflows.archive import opened
from tests.acceptance.archive import Archive
from tests.premis.conftest import official_premis
from tests.workflows.reporting.archives import DAY, Fixed, bad, good, mended, on, package, put, standing

NOW = "2026-11-22"
SETTINGS = '[archive]\nname = "Harbour <b>archive</b>"\n[locations.tower]\npath = "tower"\n'
ARABIC = "سوق-الورّاقين-0c50856c"
HOSTILE = "<script>alert(1)</script>".replace("/", "") + "\u202egpj.\udcff\n"


@pytest.fixture
def past(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """Two years of an archive: a package that was mended, one that is damaged, one that was not read for long."""
    monkeypatch.setattr("preserve.workflows.archive.SystemClock", lambda: Fixed(on(NOW)))
    with standing(archive.home, NOW, SETTINGS) as home:
        well = [good(on("2024-12-15") + DAY * 80 * number) for number in range(1, 9)]
        put(home, package(ARABIC, "2024-12-15", title="رسائل من الميناء"), well)
        story = [bad("2025-03-10", "data/a.txt"), mended("2025-03-12"), good("2025-03-12"), good("2026-10-01")]
        put(home, package("mended", "2025-01-05", size=5000), story)
        put(home, package(HOSTILE, "2025-06-01", title='=HYPERLINK("http://evil")'), [
            good("2026-09-15"), bad("2026-11-20", "data/x", what="1 file is altered: <img src=x onerror=alert(1)>"),
        ])  # fmt: skip
        tower = [
            mended("2025-08-02", "tower"),
            good("2025-08-02", "tower"),
            good("2026-10-20"),
            good("2026-11-01", "tower"),
        ]
        put(home, package("two-copies", "2025-08-01"), tower)
        put(home, package("forgotten", "2026-01-01"))
    return archive


def page_of(archive: Archive, *words: str | Path) -> tuple[int, Any, str]:
    """Exit status, and the page, as a tree and as text."""
    place = archive.home / "page.html"
    said = archive.run("report", "--html", place, *words)
    text = place.read_text("utf-8")
    return said.status, html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8")), text


def rows(page: Any, caption: str) -> list[list[str]]:
    """The cells of the table whose caption begins so."""
    (table,) = page.xpath(f"//table[starts-with(@aria-label, '{caption}')]")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in table.xpath("tbody/tr")]


def test_an_archive_without_packages_has_a_report_too(archive: Archive) -> None:
    status, page, _ = page_of(archive)
    assert status == 0
    assert "There is no package yet" in page.text_content()
    assert archive.run("report", "--json").messages[0]["months"] == []
    place = archive.home / "all.xml"
    said = archive.run("report", "--premis", place)
    assert (said.status, "PREMIS needs one" in said.err) == (2, True), "PREMIS 3 has no document without an object"
    assert not place.exists()


def test_the_page_says_in_one_sentence_whether_the_promise_holds_and_what_breaks_it(past: Archive) -> None:
    status, page, _ = page_of(past)
    assert status == 3
    (sentence,) = page.xpath("//section[@aria-label='The promise']/p[1]")
    assert sentence.text_content() == (
        "The promise is broken: 2 of 6 copies were not read whole and found good within 90d (and 14d of slack)."
    )
    assert [(row[0], row[2]) for row in rows(page, "What breaks the promise")] == [
        ("forgotten", "not read in time"),
        ("<script>alert(1)<script>\\u202egpj.\\xff\\x0a", "failed its last check"),
    ]


def test_status_and_report_say_the_same_though_one_asks_the_catalogue_and_the_other_the_histories(
    past: Archive,
) -> None:
    status, report = past.run("status", "--json").only, past.run("report", "--json").messages[0]
    both = ("packages", "copies", "broken", "holds", "sentence")
    assert [status["promise"][key] for key in both] == [report["promise"][key] for key in both]
    assert {(each["name"], each["reason"]) for each in status["promise"]["breaches"]} == {
        (each["name"], each["reason"]) for each in report["promise"]["breaches"]
    }


def test_the_page_is_whole_in_itself_and_nothing_in_it_comes_alive(past: Archive) -> None:
    _, page, text = page_of(past)
    assert not page.xpath("//script | //img | //link | //iframe | //object | //form | //*[@src or @href]")
    assert not page.xpath("//@*[starts-with(name(), 'on')]")
    assert not page.xpath("//b"), "markup in the archive's name stays text"
    assert "url(" not in text
    assert "@import" not in text
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert "<img src=x" in page.text_content()
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\udc80-\udcff]", text)


def test_names_from_right_to_left_turn_nothing_around(past: Archive) -> None:
    _, page, text = page_of(past)
    assert f"<bdi>{ARABIC}</bdi>" in text
    assert text.count(ARABIC) == text.count(f"<bdi>{ARABIC}</bdi>")
    assert page.get("lang") == "en"


def test_every_plot_has_words_and_a_table_beside_it(past: Archive) -> None:
    _, page, _ = page_of(past)
    plots = page.xpath("//svg")
    assert len(plots) == 6
    for plot in plots:
        assert plot.get("role") == "img"
        title, description = (page.get_element_by_id(name) for name in plot.get("aria-labelledby").split())
        assert title.text_content()
        assert "in the table below" in description.text_content()
    months = rows(page, "Every month")
    assert [months[0][0], months[-1][0]] == ["2026-11", "2024-12"]
    assert len(months) == 24


def test_failures_are_told_with_what_became_of_them(past: Archive) -> None:
    _, page, _ = page_of(past)
    still_open, closed = rows(page, "Failures")
    assert still_open[1].startswith("2026-11-20")
    assert still_open[2].startswith("1 file is altered: <img")
    assert still_open[-1] == "open"
    assert [cell[:10] for cell in (closed[1], closed[3], closed[4])] == ["2025-03-10", "2025-03-12", "2025-03-12"]
    assert "1 file taken from the copy in tower" in closed[3]


def test_every_copy_is_listed_with_its_last_good_reading_or_only_the_exceptions(past: Archive) -> None:
    _, page, _ = page_of(past)
    listed = rows(page, "Copies, by time of sealing")
    assert [
        row[0].startswith(begin)
        for row, begin in zip(listed, (ARABIC, "mended", "<", "two", "two", "forg"), strict=True)
    ] == [True] * 6
    assert [(row[1], row[4]) for row in listed if row[0] == "two-copies"] == [
        ("package store", "2026-10-20"),
        ("tower", "2026-11-01"),
    ]
    (past.home / "page.html").unlink()
    _, page, _ = page_of(past, "--exceptions")
    assert len(rows(page, "Copies, by time of sealing")) == 2


def test_months_can_be_chosen(past: Archive) -> None:
    months = past.run("report", "--json", "--since", "2025-02", "--until", "2025-04").messages[0]["months"]
    assert [month["month"] for month in months] == ["2025-02", "2025-03", "2025-04"]
    assert [month["checks_failed"] for month in months] == [0, 1, 0]
    assert past.run("report", "--json", "--since", "2025-13").status == 2
    assert past.run("report", "--json", "--since", "2025-05", "--until", "2025-04").status == 2
    status, page, _ = page_of(past, "--since", "2030-01")
    assert status == 3
    assert "nothing to tell of the months" in page.text_content()


def test_the_table_has_a_line_for_each_copy_and_no_formula(past: Archive) -> None:
    place = past.home / "copies.csv"
    assert past.run("report", "--csv", place).status == 3
    data = place.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    found = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row["promise"] for row in found] == ["kept", "kept", "failed", "kept", "kept", "overdue"]
    assert found[2]["title"] == '\'=HYPERLINK("http://evil")'
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for row in found for cell in row.values())


def test_the_json_is_what_its_schemas_say(past: Archive) -> None:
    said = past.run("report", "--json")
    kinds = [message["message_type"] for message in said.messages]
    assert kinds == ["report", *["report-failure"] * 2, *["report-copy"] * 6]
    assert said.status == 3
    report = said.messages[0]
    assert report["by_copies"] == {"1": 4, "2": 1}
    assert report["locations"] == {"": 5, "tower": 1}
    assert (report["open"], report["mended"]) == (1, 1)
    assert [each["name"] for each in report["near"]][:2] == [ARABIC, "mended"]
    only = past.run("report", "--json", "--exceptions").messages
    assert [message["reason"] for message in only if message["message_type"] == "report-copy"] == ["failed", "overdue"]


def test_without_a_place_the_page_lies_here_under_todays_name_and_replaces_none(
    past: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here = tmp_path / "desk"
    here.mkdir()
    monkeypatch.chdir(here)
    for _ in range(2):
        assert "Written: fixity-report-2026-11-22" in past.run("report").out
    assert sorted(path.name for path in here.iterdir()) == [
        "fixity-report-2026-11-22-2.html",
        "fixity-report-2026-11-22.html",
    ]
    taken = here / "fixity-report-2026-11-22.html"
    before = taken.read_bytes()
    assert past.run("report", "--html", taken).status == 2
    assert taken.read_bytes() == before


def test_histories_that_prove_nothing_are_told_and_stop_nothing(past: Archive) -> None:
    broken = path_of(past.packages, "mended")
    broken.write_text(broken.read_text().replace("Every byte was read.", "Every byte was looked at."))
    path_of(past.packages, "two-copies").unlink()
    cut = path_of(past.packages, ARABIC)
    cut.write_bytes(b"".join(cut.read_bytes().splitlines(keepends=True)[:-1]))
    status, page, _ = page_of(past)
    assert status == 3
    reasons = {row[0]: row[2] for row in rows(page, "What breaks the promise")}
    assert {reasons[name] for name in ("mended", "two-copies", ARABIC)} == {"its history proves nothing"}
    assert {row[0] for row in rows(page, "What was found beside")} >= {"error"}
    codes = {
        message["code"] for message in past.run("report", "--json").messages if message["message_type"] == "problem"
    }
    assert codes >= {"history-chain", "history-missing", "history-shorter"}
    report = past.run("report", "--json").messages[0]
    assert (report["copies"], report["locations"]) == (6, {"": 5, "tower": 1}), "no copy falls out of the count"
    listed = report["promise"]["breaches"]
    unproven = [(each["name"], each["location"]) for each in listed if each["reason"] == "unproven"]
    assert set(unproven) == {("mended", ""), ("two-copies", ""), ("two-copies", "tower"), (ARABIC, "")}


def test_copies_in_a_location_that_nobody_configured_are_told_and_not_promised(past: Archive) -> None:
    (past.home / "preserve.toml").write_text("")
    said = past.run("report", "--json")
    assert said.messages[0]["copies"] == 5
    (problem,) = (message for message in said.messages if message["message_type"] == "problem")
    assert (problem["code"], problem["severity"]) == ("location-not-configured", "warning")
    assert problem["message"].startswith("1 copy lies in the location tower, which the configuration does not name.")


def test_copies_that_failed_where_nobody_looks_any_more_are_an_error(past: Archive) -> None:
    with opened(load(past.home, environment={})) as home:
        tower = [mended("2025-08-02", "tower"), bad("2025-09-01", "data/x", location="tower")]
        put(home, package("in-the-tower", "2025-08-01"), tower)
    (past.home / "preserve.toml").write_text("")
    (problem,) = (one for one in past.run("report", "--json").messages if one["message_type"] == "problem")
    assert (problem["code"], problem["severity"]) == ("failed-copies-not-checked", "error")
    assert "2 copies lie in the location tower" in problem["message"]
    assert "1 of them failed their last check" in problem["message"]


def test_a_package_that_is_gone_from_the_store_is_told(past: Archive) -> None:
    (past.packages / "mended").rename(past.home / "elsewhere")
    said = past.run("report", "--json")
    assert [(m["code"], m["path"]) for m in said.messages if m["message_type"] == "problem"] == [
        ("package-missing", "mended")
    ]
    assert said.status == 3


def test_formats_come_from_the_packages_themselves(archive: Archive) -> None:
    (archive.incoming / "letter.txt").write_text("Dear reader, all is well.\n")
    (archive.incoming / "page.html").write_text("<!DOCTYPE html><html><title>t</title><body>All is well.</body></html>")
    archive.ingest()
    formats = archive.run("report", "--json").messages[0]["formats"]
    assert sum(each["files"] for each in formats) == 2
    assert any("x-fmt/111" in each["format"] for each in formats)
    assert archive.run("report", "--json", "--no-formats").messages[0]["formats"] is None


def test_the_newest_checkpoint_is_named_with_its_age_and_nothing_is_claimed_of_it(past: Archive) -> None:
    assert past.run("report", "--json").messages[0]["checkpoints"]["count"] == 0
    assert past.run("keys", "new", "example.org/harbour").status == 0
    assert past.run("checkpoint", "create").status in (0, 3)
    (past.home / "checkpoints" / "handover-of-keys.txt").write_text("no checkpoint")
    told = past.run("report", "--json").messages[0]["checkpoints"]
    assert told["count"] == 1
    assert told["made"].startswith(NOW)
    _, page, _ = page_of(past)
    assert f"the newest is {told['newest']}: 0 days old" in page.text_content()
    (past.home / "checkpoints" / told["newest"]).write_text("torn")
    assert past.run("report", "--json").messages[0]["checkpoints"]["made"] is None


def test_the_levels_claim_nothing_that_cannot_be_known(past: Archive) -> None:
    areas = {area["area"]: area for area in past.run("report", "--json").messages[0]["levels"]}
    states = {each["asks"]: each["state"] for each in areas["Integrity"]["criteria"]}
    assert states["Write-blockers protect original media."] == "not known"
    assert states["Checksums are verified at fixed intervals."] == "not met"
    assert states["Corrupted content is repaired or replaced."] == "not met"
    assert areas["Integrity"]["proven"] == 0, "nobody scans for viruses here"
    assert areas["Storage"]["proven"] == 0
    scanning = past.run("-c", "identify.clamav=localhost:1", "report", "--json").messages[0]["levels"][0]
    assert (scanning["proven"], scanning["possible"]) == (0, 1), "checksums are not backed up for all packages"


# --- PREMIS -------------------------------------------------------------------------------------------------------


def test_what_happened_to_all_packages_is_one_premis_document(past: Archive, shared: Path) -> None:
    place = past.home / "all.xml"
    past.run("report", "--premis", place)
    tree = etree.parse(place)
    official_premis(shared).assertValid(tree)
    names = {"p": "http://www.loc.gov/premis/v3"}
    assert len(tree.findall("p:object", names)) == 5
    lines = sum(len(file.read_bytes().splitlines()) for file in past.packages.glob("*.history.jsonl"))
    assert len(tree.findall("p:event", names)) == lines
    given = {each.text for each in tree.iterfind(".//p:agentIdentifierValue", names)}
    given |= {each.text for each in tree.iterfind(".//p:objectIdentifierValue", names)}
    for link in tree.iterfind(".//p:linkingAgentIdentifierValue", names):
        assert link.text in given
    details = [each.text for each in tree.iterfind(".//p:eventDetail", names)]
    assert "Every byte was read. (the copy in the location tower)" in details


def test_one_package_is_told_as_premis_with_its_objects_and_its_whole_history(archive: Archive, shared: Path) -> None:
    (archive.incoming / "letter.txt").write_text("Dear reader, all is well.\n")
    archive.ingest("--set", "dcterms:license=https://creativecommons.org/licenses/by/4.0/")
    package_path = archive.only_package()
    archive.run("validate", "--record", package_path)
    before = len(archive.run("log", "--json", package_path.name).messages)
    place = archive.home / "story.xml"
    assert archive.run("log", package_path.name, "--as", "premis", "--output", place).status == 0
    data = place.read_bytes()
    official_premis(shared).assertValid(etree.fromstring(data))
    assert check(data) == ()
    names = {"p": "http://www.loc.gov/premis/v3"}
    tree = etree.fromstring(data)
    assert len(tree.findall("p:event", names)) == before
    assert (
        len(
            tree.xpath(
                "p:object[contains(@xsi:type, 'file')]",
                namespaces=names | {"xsi": "http://www.w3.org/2001/XMLSchema-instance"},
            )
        )
        == 1
    )
    assert tree.find("p:rights", names) is not None
    assert "until it was sealed" not in data.decode().partition("-->")[0]
    assert archive.run("log", package_path.name, "--as", "premis").out.encode() == data
    message = archive.run("log", package_path.name, "--as", "premis", "--json").only
    assert (message["as"], message["media_type"], message["bytes"]) == ("premis", "application/xml", len(data))
    assert archive.run("log", package_path.name, "--as", "premis", "--output", place).status == 2
    assert archive.run("log", package_path.name, "--output", archive.home / "x.xml").status == 2


def test_a_failed_check_points_to_the_file_that_failed(archive: Archive, shared: Path) -> None:
    (archive.incoming / "letter.txt").write_text("Dear reader, all is well.\n")
    archive.ingest()
    package_path = archive.only_package()
    (package_path / "data" / "letter.txt").write_text("Dear reader, all is lost.\n")
    (package_path / "data" / "new\udcff.txt").write_text("Nobody put me here.\n")
    archive.run("validate", "--record", package_path)
    said = archive.run("log", package_path.name, "--as", "premis")
    official_premis(shared).assertValid(etree.fromstring(said.out.encode()))
    assert check(said.out.encode()) == ()


def test_a_premis_that_is_not_ours_is_not_mixed_with_a_history(archive: Archive) -> None:
    (archive.incoming / "letter.txt").write_text("Dear reader, all is well.\n")
    archive.ingest()
    record = archive.only_package() / "metadata" / "preservation" / "premis.xml"
    record.write_text("<premis/>")
    said = archive.run("log", archive.only_package().name, "--as", "premis")
    assert (said.status, said.out) == (21, "")
    assert json.loads(archive.run("status", "--json").out)["promise"]["holds"]
