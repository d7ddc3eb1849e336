"""kill -9 at random instants of import, release and sync; then the command is said again, and nothing is lost.

The processes are real, and so are the signals. Where the instant falls is drawn from a seed, which is printed;
KENESH_KILL_SEED plays one again.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random, SystemRandom

import msgspec
import pytest
from tests.federation.canonical import accepted, canonical_hash
from tests.federation.objects import indicator

from kenesh.doors import acts
from kenesh.doors.keeping import verify_record
from kenesh.node.clock import SystemChance, SystemClock
from kenesh.node.founding import found
from kenesh.node.settings import STORE, read_settings, write_settings
from kenesh.node.wiring import open_node

KILLS, ALL_KILLS = 10, 200
OBJECTS = 2500
SEED = int(os.environ.get("KENESH_KILL_SEED") or SystemRandom().randrange(2**32))
#: Nothing here takes long; what does is stuck.
PATIENCE_S = 90


@dataclass(frozen=True, slots=True)
class Scene:
    """Homes as they are before a command, and what the command comes to where nobody disturbs it.

    Attributes:
        written: how many octets the undisturbed command wrote.
        begins, seconds: after how long it began to write, and how long it took.
        hashes: of the stores of KZ and AZ afterwards.
    """

    homes: Path
    node: str
    words: tuple[str, ...]
    serving: str
    written: int
    begins: float
    seconds: float
    hashes: tuple[str, str]


def kenesh(home: Path, *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "kenesh", "--home", str(home), *words]
    environment = {k: v for k, v in os.environ.items() if k != "KENESH_HOME"}
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                            env=environment)  # fmt: skip


def ends(process: subprocess.Popen[bytes]) -> None:
    """The command ends well."""
    _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, said.decode()


def written_by(process: subprocess.Popen[bytes]) -> int:
    """How many octets the process has written so far."""
    try:
        lines = Path(f"/proc/{process.pid}/io").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("wchar")), 0)


@contextmanager
def served(homes: Path, node: str) -> Iterator[subprocess.Popen[bytes] | None]:
    """The node is served as long as this lasts; nobody where none is named."""
    if not node:
        yield None
        return
    port = int(read_settings(homes / node).url.rpartition(":")[2])
    process = kenesh(homes / node, "serve", "--port", str(port))
    try:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield process
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE_S)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """KZ, AZ and TR are founded and know one another; KZ keeps a body; a file lies ready for import."""
    homes = tmp_path_factory.mktemp("beginning")
    cards = {}
    for party in ("KZ", "AZ", "TR"):
        home = homes / party.lower()
        found(home, party=party, name=party, database="", clock=SystemClock(), chance=SystemChance())
        write_settings(home, msgspec.structs.replace(read_settings(home), url=f"http://127.0.0.1:{_free_port()}"))
        node = open_node(home)
        cards[party] = acts.card(node.services), node.services.own.kid
        node.close()
    for here in ("KZ", "AZ"):
        node = open_node(homes / here.lower())
        for there, (card, kid) in cards.items():
            if there != here:
                acts.add_peer(node.services, card, kid, "console", depositary=False)
        node.close()
    values = [indicator(f"host{n}.example", by="KZ") for n in range(OBJECTS)]
    bundle = {"type": "bundle", "id": "bundle--0b9d5a6e-6b0c-4d6e-9a53-1f6a2f1f0a00", "objects": values}
    (homes / "file.json").write_bytes(msgspec.json.encode(bundle))
    return homes


def _undisturbed(homes: Path, node: str, words: Sequence[str], serving: str = "") -> Scene:
    """Plays the command once, on copies that become the next beginning."""
    before = homes.parent / f"{homes.name}-{words[0]}"
    shutil.copytree(homes, before)
    with served(homes, serving):
        began = time.monotonic()
        process = kenesh(homes / node, *words)
        written, begins = 0, 0.0
        while process.poll() is None and time.monotonic() < began + PATIENCE_S:
            written = max(written, written_by(process))
            begins = begins or (time.monotonic() - began if written else 0.0)
            time.sleep(0.0005)
        ends(process)
        seconds = time.monotonic() - began
    return Scene(before, node, tuple(words), serving, written, begins, seconds, _hashes(homes))


def _hashes(homes: Path) -> tuple[str, str]:
    return canonical_hash(homes / "kz" / STORE), canonical_hash(homes / "az" / STORE)


@pytest.fixture(scope="session")
def scenes(beginning: Path) -> dict[str, Scene]:
    """The three commands, one after the other."""
    imports = _undisturbed(beginning, "kz", ("import", str(beginning / "file.json")))
    node = open_node(beginning / "kz")
    with node.services.store.reading() as tx:
        (record,) = tx.imports.recent(1)
    node.close()
    releases = _undisturbed(beginning, "kz", ("release", record.id, "--to", "AZ,TR", "--reason", "as agreed"))
    syncs = _undisturbed(beginning, "az", ("sync", "KZ"), serving="kz")
    return {"import": imports, "release": releases, "sync": syncs}


def _plays(scenes: dict[str, Scene], tmp_path: Path, number: int, kills: int) -> None:
    """One kill; the commands take turns."""
    random = Random(f"{SEED}/{kills}/{number}")
    scene = scenes[("import", "release", "sync")[number % 3]]
    whom = scene.serving if scene.serving and random.random() < 0.3 else scene.node
    print(f"KENESH_KILL_SEED={SEED}, kill {number} of {kills}: {scene.words[0]}, {whom} dies")
    homes = tmp_path / "homes"
    shutil.copytree(scene.homes, homes)
    with served(homes, scene.serving) as server:
        process = kenesh(homes / scene.node, *scene.words)
        victim = process if whom == scene.node or server is None else server
        _kill(victim, process, scene, random)
        process.communicate(timeout=PATIENCE_S)
    left = {node: accepted(homes / node / STORE) for node in ("kz", "az")}
    assert _whole(homes, scene)
    with served(homes, scene.serving):
        ends(kenesh(homes / scene.node, *scene.words))
    for node, was in left.items():
        assert was <= accepted(homes / node / STORE), f"{node} lost what it had accepted"
    assert _hashes(homes) == scene.hashes
    node = open_node(homes / scene.node)
    assert verify_record(node.services).faults == []
    node.close()


def _kill(victim: subprocess.Popen[bytes], process: subprocess.Popen[bytes], scene: Scene, random: Random) -> None:
    """SIGKILL when the command has written so much, or worked so long: half of the kills each."""
    # At the end a store is written once more, from its log into its file: the first half is where more can go wrong.
    octets = int(random.random() ** 1.5 * scene.written * 1.02)
    seconds = random.uniform(0.9 * scene.begins, scene.seconds)
    by_progress = random.random() < 0.5
    began = time.monotonic()
    while process.poll() is None and time.monotonic() < began + PATIENCE_S:
        if written_by(process) > octets if by_progress else time.monotonic() - began > seconds:
            break
        time.sleep(0.0005)
    victim.send_signal(signal.SIGKILL)
    victim.wait(PATIENCE_S)


def _whole(homes: Path, scene: Scene) -> bool:
    """A release stands for all its audiences or for none, and a page with its cursor or without both.

    How much an import takes in at once depends on how quick the machine is.
    """
    node = open_node(homes / scene.node)
    with node.services.store.reading() as tx:
        audiences = {s.audience_ref for s in tx.statements.recent(1000) if s.objects == OBJECTS}
        counts = tx.versions.count().get("indicator", 0)
    node.close()
    is_pagewise = scene.words[0] != "sync" or counts % 1000 == 0 or counts == OBJECTS
    return is_pagewise and (scene.words[0] != "release" or len(audiences) in (0, 2))


@pytest.mark.parametrize("number", range(KILLS))
def test_whoever_dies_nothing_is_lost(scenes: dict[str, Scene], tmp_path: Path, number: int) -> None:
    _plays(scenes, tmp_path, number, KILLS)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(ALL_KILLS))
def test_however_often_somebody_dies_nothing_is_lost(scenes: dict[str, Scene], tmp_path: Path, number: int) -> None:
    _plays(scenes, tmp_path, number, ALL_KILLS)


def test_the_hash_tells_stores_apart(scenes: dict[str, Scene]) -> None:
    """Else the tests above would prove nothing."""
    assert scenes["import"].hashes != scenes["release"].hashes != scenes["sync"].hashes
    assert scenes["import"].hashes[1] == scenes["release"].hashes[1] != scenes["sync"].hashes[1]
