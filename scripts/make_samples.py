"""Make the samples in ``incoming/`` that no text editor writes: the PDF, the DOCX, the Windows-1252 letter, SHA256SUMS.

    python scripts/make_samples.py [INCOMING]

The bytes are the same on every run and every machine: dates and identifiers are fixed, and nothing is compressed,
because deflate's output differs between zlib builds.  A file that is already right is not touched.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import plain_docx
import plain_pdf

INCOMING = Path(__file__).resolve().parents[1] / "incoming"
LETTER = "lettre au conservateur.txt"
REPORT = "Report of the Weather Station 1987.pdf"
GUIDE = "Guide for interviewers.docx"
FOLDER = "harbour-office-1931"
CHECKSUMS = "SHA256SUMS"

LETTER_TEXT = """\
Saint-Orval-sur-Mère, le 6 octobre 2001

Monsieur le Conservateur,

J’ai retrouvé dans le grenier de ma sœur, sous un vieux manteau, onze cahiers de notre grand-oncle Anselme, qui fut
facteur à Saint-Orval de 1909 à 1938. Il y notait chaque soir le temps, les chemins et ce qu’on lui avait offert à
boire. L’œil s’y perd un peu : l’encre a pâli et les souris ont lu avant nous.

Un brocanteur nous en propose 150 €. Il parle d’une « curiosité » ; ma sœur, elle, parle d’un “trésor de famille” et
voudrait que l’œuvre entière reste dans la région. Nous préférerions donc vous confier les cahiers – à condition que
chacun puisse les lire – plutôt que de les voir vendus page par page…

Pourriez-vous nous dire s’il faut les envoyer par la poste, ce qui serait bien la moindre des choses pour un facteur, ou
si vous passerez les prendre ?

Veuillez agréer, Monsieur le Conservateur, l’expression de mes sentiments distingués.

Cœlestine Maréchal-Dubœuf
"""

REPORT_INFO = plain_pdf.Info(
    title="Report of the Weather Station for the Year 1987",
    author="Winifred Aldersey",
    subject="Readings, instruments and registers of the station at Upper Corrie",
    keywords="weather, registers, Upper Corrie",
    creator="Typed from the carbon copy",
    made="2004-05-17T10:15:00Z",
)
REPORT_PAGES = (
    """\
REPORT OF THE WEATHER STATION FOR THE YEAR 1987

Upper Corrie Weather Station
Submitted to the Society on 12 February 1988
By Winifred Aldersey, observer

1. The instruments

The station was read on 362 days of the year. On three days in
January the door could not be opened for snow, and the readings of
those days are left blank. They have not been estimated.

The maximum thermometer was replaced on 4 May after a hailstone
had broken it. The new one reads 0.2 °C higher than the old one in
the same bath; both sets of readings are given as they were taken,
and the table of corrections is kept with them.

2. The weather of the year

The wettest month was October, with 241 mm in the gauge, of which
63 mm fell in one night. The bridge at Corrie Foot was carried
away and has since been found.

The driest month was April. The highest temperature, 27.9 °C, was
read on 6 July at three in the afternoon; the lowest, -14.3 °C, on
13 January, with the ink frozen in the pen.
""",
    """\
3. The old registers

The Society asked whether the registers before 1940 are complete.
They are not. The volumes for 1917 and 1918 are missing, and a
note in another hand says that they were “lent to the
schoolmaster”. The present schoolmaster has looked in all
cupboards.

The remaining registers were carried to the dry room in November.
Each is wrapped in paper and numbered on the outside. I recommend
that they be photographed while there is still somebody who can
read my predecessor’s sevens.

4. Visitors

The station was visited by 118 persons, one goat and, on 29
August, the whole of the Corrie school, who measured the rain with
a bucket and came within four millimetres of the gauge.

I have the honour to submit this report.

W. Aldersey
""",
)

GUIDE_INFO = plain_docx.Info(
    title="Guide for interviewers: recording the memories of the valley",
    author="Bram Oosterling",
    subject="Oral history",
    keywords="oral history, interviews",
    created="2013-01-18T09:30:00Z",
    modified="2013-02-04T16:05:00Z",
)
GUIDE_TEXT = (
    ("Title", GUIDE_INFO.title),
    ("Normal", "Bram Oosterling, Valley Memory Project"),
    ("Normal", "Second version, 18 January 2013"),
    ("Heading1", "Before the visit"),
    ("Normal", "Write to the person first and say what you would like to talk about. Most people answer that they have "
     "nothing to tell; this is the beginning of most good interviews."),
    ("Normal", "Bring the consent form twice, one for each side, and spare batteries. Ask where you may put the "
     "recorder. A kitchen clock sounds like a hammer on the recording."),
    ("Heading1", "During the conversation"),
    ("Normal", "Begin the recording by saying the date, the place and both names. Ask short questions and wait. Count "
     "to ten before you fill a silence; people remember in the seventh second."),
    ("Normal", "Ask how a thing was done, not only what was done: how the hay was turned, how the bread was marked so "
     "that each family found its own in the common oven."),
    ("Heading1", "Afterwards"),
    ("Normal", "Copy the recording on the same day and keep the original file as it is. Write down who speaks, which "
     "names are mentioned and how they are spelled. If you are not sure, write that you are not sure."),
    ("Normal", "Never shorten a recording. What seems to be chatter about a stove may be the only description of that "
     "stove that anybody will ever have."),
)  # fmt: skip


def letter() -> bytes:
    """The letter as a Windows editor of its time saved it: Windows-1252 with CRLF."""
    return LETTER_TEXT.replace("\n", "\r\n").encode("cp1252")


def checksums(folder: Path) -> bytes:
    """What ``sha256sum`` prints for every file below *folder*, in order of their names, itself left out."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    lines = [f"{hashlib.sha256((folder / n).read_bytes()).hexdigest()}  {n}\n" for n in names if n != CHECKSUMS]
    return "".join(lines).encode()


def main(incoming: Path = INCOMING) -> None:
    """Write what is missing or different in *incoming* and say so, one line a file."""
    wanted = {
        incoming / LETTER: letter(),
        incoming / REPORT: plain_pdf.build(REPORT_PAGES, REPORT_INFO),
        incoming / GUIDE: plain_docx.build(GUIDE_TEXT, GUIDE_INFO),
        incoming / FOLDER / CHECKSUMS: checksums(incoming / FOLDER),
    }
    for path, content in wanted.items():
        same = path.is_file() and path.read_bytes() == content
        if not same:
            path.write_bytes(content)
        print(f"{'unchanged' if same else 'written'}: {path.relative_to(incoming)}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
