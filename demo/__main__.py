"""make demo: play the story, leave the nodes running. --check: play it on free ports, then stop. --stop: stop them."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from demo.nodes import PARTIES, Council, StepFailed, forget, stop_nodes
from demo.story import tell

HOMES = Path(__file__).parent / "homes"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--check", action="store_true", help="play it, check every step, stop the nodes, exit 0 or 1")
    parser.add_argument("--stop", action="store_true", help="stop the nodes that an earlier run left running")
    asked = parser.parse_args()
    if asked.stop:
        print(f"{stop_nodes(HOMES.glob('*/serve.pid'))} nodes stopped.")
        return 0
    if asked.check:
        with tempfile.TemporaryDirectory(prefix="kenesh-demo-") as homes:
            council = Council(Path(homes), use_free_ports=True)
            try:
                return play(council)
            finally:
                council.stop()
    forget(HOMES)
    HOMES.mkdir(parents=True)
    council = Council(HOMES, use_free_ports=False)
    code = play(council)
    if code == 0:
        say_where(council)
    else:
        council.stop()
    return code


def play(council: Council) -> int:
    """Plays the story, a line for each step."""
    began = time.monotonic()
    name = ""
    try:
        for number, name in enumerate(tell(council), 1):  # the name is told where a step fails
            print(f"{number:2}. {name}", flush=True)
    except StepFailed as failure:
        print(f"\nThis step failed: {name}\n{failure}", file=sys.stderr)
        return 1
    print(f"\nThe story holds ({time.monotonic() - began:.0f} s).")
    return 0


def say_where(council: Council) -> None:
    """Where each node is, and how to come in, once."""
    print("\nThe nodes go on running. Each address logs one person in, once, within an hour:\n")
    for party, name in PARTIES.items():
        council.run(party, "account", "add", "duty officer", "--role", "duty-officer", "--every-body")
        url = council.run(party, "login", "--person", "duty officer", "--minutes", "60").document["url"]
        print(f"  {party:<4} {name:<12} {url}")
    homes = council.homes
    print(f"\nOn the command line:  .venv/bin/kenesh --home {homes}/kz status")
    print("Stop them:            make demo ARGS=--stop")


sys.exit(main())
