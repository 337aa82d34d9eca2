import pytest

from remote import Remote
from stoa import BINARY, Server


def pytest_sessionstart(session):
    if not BINARY.exists():
        pytest.exit(f"{BINARY} is not built. Run \"make build\", or set STOA_BIN.", returncode=2)


@pytest.fixture
def server():
    """A fresh server without rate limits."""
    server = Server("--rate-limit", "off")
    server.start()
    yield server
    server.close()


@pytest.fixture
def make_server():
    """Makes servers with other options; the test starts them."""
    made = []

    def make(*options: str) -> Server:
        made.append(Server(*options))
        return made[-1]

    yield make
    for server in made:
        server.close()


@pytest.fixture
def remote():
    """Another server, on loopback."""
    remote = Remote()
    yield remote
    remote.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed test shows what its server said last."""
    report = (yield).get_result()
    server = getattr(item, "funcargs", {}).get("server")
    if report.failed and server:
        report.sections.append(("server", "\n".join(server.output[-40:])))
