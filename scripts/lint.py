"""What swift-format does not look at. Each rule says why it is there. Prints FILE:LINE: RULE and exits 1 when something is found."""
import pathlib, re, subprocess, sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
problems = []


def report(path, line, text):
    problems.append(f"{path}:{line}: {text}")


def tracked():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [pathlib.Path(name) for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


# Calls that end the process, or hide an error, on something that input may reach; and three that pull in ICU, which multiplies
# the program's size and start (see the Swift book's Foundation notes). `ALLOWED` says where one is right.
BANNED = {
    r"\btry!": "try! ends the process: handle the error",
    r"\bfatalError\(": "fatalError ends the process: throw an error",
    r"\bas!": "as! ends the process: use as? and handle nil",
    r"String\(format:": "String(format:) pulls in ICU and is slow: build the text",
    r"\bJSONSerialization\b": "JSONSerialization pulls in ICU: use Codable",
    r"\bISO8601DateFormatter\b": "ISO8601DateFormatter pulls in ICU: times are integer milliseconds",
    r"\bThread\.sleep\b": "a sleeping thread waits for nothing in particular: wait for a condition",
    r"nonisolated\(unsafe\)": "nonisolated(unsafe) switches checking off: use a lock",
}
ALLOWED = {
    ("Sources/Sandbox/CoreRunner.swift", r"nonisolated\(unsafe\)"): "an address that is never written or read through",
    ("Sources/stoa/StopSignals.swift", r"nonisolated\(unsafe\)"): "only keeps Dispatch's own objects alive",
}

# Imports go down only (docs/architecture.md). A target may import those named, and Apple's and C's modules.
LAYERS = {
    "Model": [], "Permissions": ["Model"], "Database": ["CSQLite"], "Crypto": ["COpenSSL"], "Sandbox": ["SandboxCore"],
    "HTTPServer": ["CWebSockets"], "HTTPClient": ["CCurl"],
    "Messaging": ["Model", "Permissions", "Database", "Crypto"], "Identity": ["Model", "Permissions", "Database", "Crypto"],
    "Apps": ["Model", "Permissions", "Database", "Crypto"], "Ledger": ["Model", "Database", "Crypto"],
    "PaymentProviders": ["Ledger", "Model", "Database", "Crypto", "HTTPClient"],
    "Runtime": ["Messaging", "Identity", "Apps", "Model", "Permissions", "Database", "Crypto", "Sandbox"],
}
LAYERS["Bridge"] = ["Runtime", "Ledger", "HTTPClient", *LAYERS["Runtime"]]
LAYERS["MiniApps"] = ["Bridge", "CPCRE2", *LAYERS["Bridge"]]
LAYERS["Simulation"] = ["MiniApps", "Bridge", *LAYERS["Bridge"]]
LAYERS["Operations"] = ["Simulation", "Bridge", "PaymentProviders", *LAYERS["Bridge"]]
FRONT = ["Bridge", "PaymentProviders", *LAYERS["Bridge"]]
for door in ("ClientAPI", "WebhookAPI", "AdminAPI"):
    LAYERS[door] = [*FRONT, "HTTPServer", "Operations", "MiniApps"] if door in ("ClientAPI", "WebhookAPI") else [*FRONT, "Operations"]
LAYERS["WebApps"] = ["Operations", "HTTPServer", *FRONT]
LAYERS["Server"] = ["ClientAPI", "WebhookAPI", "WebApps", "AdminAPI", "HTTPServer", "Operations", "MiniApps", *FRONT]
LAYERS["stoa"] = ["Server", "Simulation", "AdminAPI", *FRONT]
LAYERS["stoa-bench"] = FRONT
SYSTEM = {"Foundation", "Glibc", "Dispatch", "Synchronization", "Testing", "PackageDescription"}

# One subject a file, one thought a function.
MAX_FILE = {".swift": 450, ".c": 600, ".h": 450, ".ts": 400, ".tsx": 400}
MAX_FUNCTION = 70
MAX_LINE = {".swift": 130, ".c": 140, ".h": 140, ".ts": 130, ".tsx": 130}

# The repository speaks of Stoa alone, and of no machine's folders.
FOREIGN = re.compile(r"(?<![\w.])/work/main\b|(?<![\w.])/root/(?:\.|work)|\bas an AI\b|\bhelper session", re.IGNORECASE)


def check_swift(path, lines):
    module = path.parts[1] if path.parts[0] == "Sources" else None
    for number, line in enumerate(lines, 1):
        code = line.split("//")[0]
        for pattern, why in BANNED.items():
            if re.search(pattern, code) and (str(path), pattern) not in ALLOWED and path.parts[0] == "Sources":
                report(path, number, why)
        if "@unchecked Sendable" in code:
            above = " ".join(lines[max(0, number - 8):number]).lower()
            if not any(word in above for word in ("because", "guarded", "thread", "lock", "under `mutex`")):
                report(path, number, "@unchecked Sendable without a comment that says which lock or thread guards it")
        imported = re.match(r"\s*(?:@\w+(?:\(\w+\))? )*(?:package |public |private |internal )?import (?:struct |class |enum |func )?(\w+)", line)
        if imported and module in LAYERS and imported[1] not in SYSTEM and imported[1] not in LAYERS[module]:
            report(path, number, f"{module} may not import {imported[1]}: imports go down only (docs/architecture.md)")
    check_functions(path, lines)


def check_functions(path, lines):
    """Functions that are longer than a screen hold a second thought."""
    for number, line in enumerate(lines, 1):
        opened = re.match(r"^(\s*)(?:(?:@\w+ )?(?:package |private |fileprivate |static |mutating |final |override |nonisolated )*)(?:func |init[(?<])", line)
        if not opened or path.parts[0] != "Sources":
            continue
        for end in range(number, min(len(lines), number + 400)):
            if lines[end].startswith(opened[1] + "}") and not lines[end][len(opened[1]) + 1:].strip().startswith("else"):
                if end - number > MAX_FUNCTION:
                    report(path, number, f"the function has {end - number} lines (at most {MAX_FUNCTION}): look for its second subject")
                break
            if end > number and re.match(rf"^{opened[1]}(?:package |private |static )*func ", lines[end]):
                break


for path in tracked():
    if path.suffix not in (".swift", ".c", ".h", ".ts", ".tsx", ".lua", ".py", ".md", ".sh", ".json", ".yaml") and path.parent.name != "scripts":
        continue
    if "corpus" in path.parts or path.name in ("package-lock.json",) or path == pathlib.Path("scripts/lint.py"):
        continue
    text = (ROOT / path).read_text(encoding="utf-8", errors="replace")
    lines = text.split("\n")
    if path.suffix == ".swift":
        check_swift(path, lines)
    limit = MAX_FILE.get(path.suffix)
    if limit and len(lines) > limit and path.parts[0] in ("Sources", "web") and "tests" not in path.parts:
        report(path, len(lines), f"the file has {len(lines)} lines (at most {limit}): has it two subjects?")
    for number, line in enumerate(lines, 1):
        if FOREIGN.search(line):
            report(path, number, "a machine's folder, or words that are not about Stoa")
        if path.suffix in (".swift", ".c", ".h", ".ts", ".tsx") and path.parts[0] in ("Sources", "web"):
            if len(line) > MAX_LINE[path.suffix] and '"' not in line:
                report(path, number, f"the line has {len(line)} characters (at most {MAX_LINE[path.suffix]})")
        if path.suffix in (".swift", ".c", ".h", ".ts", ".tsx", ".lua", ".py", ".sh") and line != line.rstrip():
            report(path, number, "blanks at the end of the line")

for problem in problems:
    print(problem)
sys.exit(1 if problems else 0)
