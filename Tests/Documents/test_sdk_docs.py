"""The SDK, its types and its reference speak of the same functions, and every example in the documents is Lua."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SDK = "\n".join(path.read_text() for path in sorted((ROOT / "Sources/Bridge/SDK").rglob("*.lua")))
STUBS = (ROOT / "sdk-docs/stoa.lua").read_text()
REFERENCE = (ROOT / "sdk-docs/lua-reference.md").read_text()


def names(arguments: str) -> list[str]:
    return [name for name in re.split(r"[\s,\[\]{}()]+", arguments) if name]


def functions(text: str, pattern: str) -> dict[str, list[str]]:
    return {match[1].lower(): names(match[2]) for match in re.finditer(pattern, text, re.MULTILINE)}


# Methods, stoa.command and its like, and the parts made in tables: `integer = function(from, to)`.
METHODS = r"^function ((?:stoa\.|Chat:|Message:|Press:|Store:|Timers:|Response:)\w+)\(([^)]*)\)"
PARTS = {
    "json.encode": ["value"], "json.decode": ["text"], "stoa.all": ["branches"], "stoa.race": ["branches"],
} | {f"log.{level}": ["text"] for level in ("debug", "info", "warn", "error")}


def sdk_functions() -> dict[str, list[str]]:
    found = functions(SDK, METHODS)
    module = (ROOT / "Sources/Bridge/SDK/stoa.lua").read_text()
    for part in ("random", "time", "text", "http", "identity", "location", "files", "contacts"):
        body = re.search(rf"^  {part} = \{{(.*?)^  \}}", module, re.MULTILINE | re.DOTALL)[1]
        for match in re.finditer(r"^    (\w+) = function\(([^)]*)\)", body, re.MULTILINE):
            found[f"{part}.{match[1]}"] = names(match[2])
    # Money is loaded by its first use: what stoa.lua has of it are doors to these.
    money = (ROOT / "Sources/Bridge/SDK/stoa/payments.lua").read_text()
    for table, part in (("money", "payments"), ("products", "products")):
        for match in re.finditer(rf"^function {table}\.(\w+)\(([^)]*)\)", money, re.MULTILINE):
            found[f"{part}.{match[1]}"] = names(match[2])
    for part in PARTS:
        assert part.split(".")[1] in SDK
    return found | PARTS


def test_types_and_sdk_agree():
    stubs = functions(STUBS, r"^function ((?:stoa\.|Chat:|Message:|Press:|Store:|Timers:|Response:|json\.|log\.|random\.|time\.|text\.|http\.|identity\.|location\.|files\.|contacts\.|payments\.|products\.)\w+)\(([^)]*)\) end")
    assert len(stubs) > 25 and stubs == sdk_functions()


def test_reference_and_sdk_agree():
    told = {}
    for heading in re.findall(r"^### (.*)$", REFERENCE, re.MULTILINE):
        for one in heading.split(" · "):
            match = re.match(r"((?:stoa\.|chat:|message:|press:|store:|timers:|response:)[\w.]+)\(([^)]*)\)", one)
            if match:
                name = re.sub(r"^stoa\.(?=\w+\.)", "", match[1])
                told[name] = names(match[2])
    assert told == sdk_functions()


def test_types_are_lua():
    for name in ("stoa.lua", "sim.lua"):
        subprocess.run(["luac5.4", "-p", ROOT / "sdk-docs" / name], check=True)


def examples() -> list:
    found = []
    for path in [ROOT / "README.md", *sorted((ROOT / "sdk-docs").glob("*.md"))]:
        for match in re.finditer(r"^```lua\n(.*?)^```", path.read_text(), re.MULTILINE | re.DOTALL):
            line = path.read_text()[: match.start()].count("\n") + 2
            found.append(pytest.param(match[1], id=f"{path.name}:{line}"))
    return found


@pytest.mark.parametrize("example", examples())
def test_example_is_lua(example: str, tmp_path: Path):
    (tmp_path / "example.lua").write_text(example)
    done = subprocess.run(["luac5.4", "-p", tmp_path / "example.lua"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_schema_knows_all_capabilities():
    source = (ROOT / "Sources/Permissions/Capability.swift").read_text()
    known = set(re.findall(r'case \w+ = "([a-z.]+)"', source)) | set(re.findall(r"^\s+case (store|timers)$", source, re.MULTILINE))
    schema = json.loads((ROOT / "sdk-docs/manifest.schema.json").read_text())
    listed = set()
    for text in re.findall(r'"(?:enum|const)": (\[[^\]]*\]|"[^"]*")', json.dumps(schema)):
        value = json.loads(text)
        listed |= set(value if isinstance(value, list) else [value])
    assert known and known <= listed, (known, listed)


def test_the_reference_has_the_capabilities_as_they_are():
    """What "make reference" writes."""
    done = subprocess.run([ROOT / ".build/release/stoa", "capabilities", "--markdown"], capture_output=True, text=True, check=True)
    told = re.search(r"<!-- capabilities: begin -->\n(.*?)\n<!-- capabilities: end -->", REFERENCE, re.DOTALL)[1]
    assert told == done.stdout.rstrip()
