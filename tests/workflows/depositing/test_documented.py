"""The targets that the guide shows could be copied into a preserve.toml as they stand."""

import re
import tomllib
from pathlib import Path

import pytest

from preserve.config import load
from preserve.workflows.depositing.configured import settled
from preserve.workflows.depositing.kinds import BUILT_IN

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guide"
EXAMPLES = [
    pytest.param(body, id=f"{page.stem}-{number}")
    for page in sorted(GUIDE.rglob("*.md"))
    for number, body in enumerate(
        re.findall(r"^```toml\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    )
    if "[targets." in body
]


@pytest.mark.parametrize("body", EXAMPLES)
def test_an_example_is_a_table_that_its_kind_understands(home: Path, body: str) -> None:
    (home / "preserve.toml").write_text(body, "utf-8")
    config = load(home, environment={})
    for name, table in config.named("targets").items():
        if table["type"] in BUILT_IN:
            assert settled(config, name).kind.name == table["type"]


def test_there_are_examples() -> None:
    kinds = {
        str(table["type"]) for param in EXAMPLES for table in tomllib.loads(str(param.values[0]))["targets"].values()
    }
    assert {"folder", "sftp"} <= kinds
