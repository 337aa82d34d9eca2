"""The components of mini-apps do what they should, and the documents and the types speak of the same ones."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "sdk-docs/mini-apps.md").read_text()
STUBS = (ROOT / "sdk-docs/stoa.lua").read_text()


def lua(*arguments: str, given: str = "") -> str:
    command = ["lua5.4", ROOT / "Tests/SDK/ui_test.lua", ROOT / "Sources/Bridge/SDK/stoa", *arguments]
    done = subprocess.run(command, input=given, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def components() -> dict[str, dict]:
    """The table in ui.lua."""
    found = {one["name"]: one for one in map(json.loads, lua("components").splitlines())}
    assert len(found) > 45
    return found


def told() -> list[re.Match]:
    """The rows of the guide's tables of components."""
    part = GUIDE[GUIDE.index("\n## Components\n") :]
    rows = [line for line in part.splitlines() if line.startswith("| `")]
    matches = [re.fullmatch(r"\| `(\w+)`( C)? \| (.*) \| `([^`]*)` \| !\[(\w+)\]\((\S+)\) \|", row) for row in rows]
    assert all(matches), [row for row, match in zip(rows, matches) if not match]
    return matches


def test_the_library():
    assert "checks" in lua()


def test_the_guide_has_the_components_as_they_are(components):
    rows = {match[1]: match for match in told()}
    assert len(rows) == len(told())
    assert sorted(rows) == sorted(components)
    for name, match in rows.items():
        component, props = components[name], re.findall(r"`(\w+)`", match[3])
        assert sorted(props) == component["props"], name
        assert bool(match[2]) == component["children"], name
        assert sorted(re.findall(r"\*\*`(\w+)`\*\*", match[3])) == sorted(component["required"]), name
        if component["main"]:
            assert props[0] == component["main"], name


def test_every_component_has_its_picture(components):
    """scripts/component-pictures makes them."""
    assert all(match[5] == match[1] and match[6] == f"images/components/{match[1]}.png" for match in told())
    files = {file.stem: file.read_bytes() for file in (ROOT / "sdk-docs/images/components").iterdir()}
    assert sorted(files) == sorted(components)
    assert all(data.startswith(b"\x89PNG") for data in files.values())
    assert sum(map(len, files.values())) < 700 << 10


def test_the_guides_examples_run(components):
    examples = [match[4] for match in told()]
    assert all(f"ui.{match[1]}" in match[4] for match in told())
    lua("examples", given="\n".join(examples) + "\n")


def test_the_guide_has_the_icons_as_they_are():
    source = (ROOT / "Sources/Bridge/SDK/stoa/ui.lua").read_text()
    known = re.search(r"icon <const> = one_of \[\[(.*?)\]\]", source, re.DOTALL)[1].split()
    listed = re.search(r"^### Icons\n\n(.*?)\n\n", GUIDE, re.MULTILINE | re.DOTALL)[1].split()
    assert listed == known


def test_the_types_have_the_components_as_they_are(components):
    functions = set(re.findall(r"^function ui\.(\w+)\(", STUBS, re.MULTILINE))
    assert functions == set(components) | {"format_money"}
    for name, component in components.items():
        block = re.search(rf"^---@class stoa\.ui\.{name}: stoa\.ui\.(\w+)\n((?:---.*\n)*?)(?:function|\n)", STUBS, re.MULTILINE)
        assert block, name
        fields = dict(re.findall(r"^---@field (\w+) ([^\s]+|\([^)]*\)\??)", block[2], re.MULTILINE))
        assert sorted(fields) == component["props"], name
        assert block[1] == ("parent" if component["children"] and name != "list" else "any"), name
        # The main prop can be given without its name.
        needed = sorted(set(component["required"]) - {component["main"]})
        assert sorted(field for field, kind in fields.items() if not kind.endswith("?")) == needed, name
