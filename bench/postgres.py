"""PostgreSQL doing the ledger's double-entry transfer on this machine, with pgbench: what Stoa's figures stand beside."""
import os, pathlib, pwd, re, shutil, socket, subprocess, tempfile

SCHEMA = """
CREATE TABLE accounts (id bigint PRIMARY KEY, debits bigint NOT NULL, credits bigint NOT NULL, CHECK (id = 0 OR debits <= credits));
CREATE TABLE transfers (id bigserial PRIMARY KEY, debit bigint NOT NULL, credit bigint NOT NULL, amount bigint NOT NULL CHECK (amount > 0),
  purpose int NOT NULL, reference bigint NOT NULL, date timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON transfers (debit, id); CREATE INDEX ON transfers (credit, id);
INSERT INTO accounts SELECT i, 0, 1000000000 FROM generate_series(1, 1000) i;
"""
# The accounts are locked in the order of their ids, as anybody would who wants no deadlocks.
TRANSFER = r"""
\set a random(1, 500)
\set b random(501, 1000)
BEGIN;
SELECT id, debits, credits FROM accounts WHERE id IN (:a, :b) ORDER BY id FOR UPDATE;
INSERT INTO transfers (debit, credit, amount, purpose, reference) VALUES (:a, :b, 1, 1, 0);
UPDATE accounts SET debits = debits + 1 WHERE id = :a;
UPDATE accounts SET credits = credits + 1 WHERE id = :b;
COMMIT;
"""


def binaries():
    """The folder of the newest PostgreSQL's programs; installs Debian's when there is none."""
    def found():
        return sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if not found() and shutil.which("apt-get"):
        root = [] if os.geteuid() == 0 else ["sudo"]
        # A cluster of its own is made below: Debian's must not be started on the side.
        subprocess.run([*root, "mkdir", "-p", "/etc/postgresql-common"], check=False)
        subprocess.run([*root, "sh", "-c", "echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf"], check=False)
        subprocess.run([*root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "postgresql"], check=False, stdout=subprocess.DEVNULL)
    return found()[-1].parent if found() else None


def measure(record, folder, seconds):
    """Transfers a second with synchronous_commit=on at 1, 16 and 32 clients.

    Returns the best of them, or None without PostgreSQL."""
    bin_folder = binaries()
    if not bin_folder:
        record("PostgreSQL", 0, "", note="is not installed: apt-get install postgresql")
        return None
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    as_user = ["runuser", "-u", user, "--"] if os.geteuid() == 0 else []
    home = tempfile.mkdtemp(prefix="pg-", dir=folder)
    for path in (folder, home):
        os.chmod(path, 0o755)
    shutil.chown(home, user)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(program, *arguments, **more):
        return subprocess.run([*as_user, str(bin_folder / program), *arguments], check=True, capture_output=True, text=True, cwd=home, **more).stdout

    run("initdb", "-D", f"{home}/data", "-A", "trust", "-U", user)
    server = subprocess.Popen(
        [*as_user, str(bin_folder / "postgres"), "-D", f"{home}/data", "-p", str(port), "-k", home, "-c", "listen_addresses=127.0.0.1",
         "-c", "synchronous_commit=on", "-c", "fsync=on", "-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB"],
        stdout=subprocess.DEVNULL, stderr=open(f"{folder}/postgres.log", "wb"), cwd=home)
    try:
        for _ in range(100):
            ready = subprocess.run([str(bin_folder / "pg_isready"), "-h", "127.0.0.1", "-p", str(port)], capture_output=True)
            if ready.returncode == 0:
                break
            server.poll() is None or exit("PostgreSQL did not start")
            subprocess.run(["sleep", "0.1"])
        connection = ["-h", "127.0.0.1", "-p", str(port), "-U", user]
        run("psql", *connection, "-v", "ON_ERROR_STOP=1", "-d", "postgres", input=SCHEMA)
        script = pathlib.Path(home, "transfer.sql")
        script.write_text(TRANSFER)
        best = 0
        for clients in (1, 16, 32):
            out = run("pgbench", *connection, "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds), "-f", str(script), "postgres")
            rate = float(re.search(r"tps = ([\d.]+)", out)[1])
            latency = float(re.search(r"latency average = ([\d.]+)", out)[1])
            record(f"PostgreSQL, durable double-entry transfers, {clients} clients", round(rate), "/s", None, mean_ms=latency)
            best = max(best, rate)
        return best
    finally:
        # By signal and not by pg_ctl, which would wait for clients.
        subprocess.run([*as_user, str(bin_folder / "pg_ctl"), "-D", f"{home}/data", "stop", "-m", "immediate"], capture_output=True)
        server.wait(20)
