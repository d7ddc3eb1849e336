"""The six nodes of the story."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kenesh.doors.cli.neighbours import KENESH, Neighbours, StepFailed, forget, free_ports, stop_nodes, wait_for_port

__all__ = ["KENESH", "PARTIES", "Council", "StepFailed", "forget", "free_ports", "stop_nodes", "wait_for_port"]

PARTIES: Final = {
    "KZ": "KZ-CERT",
    "AZ": "CERT-AZ",
    "TR": "TR-CERT",
    "UZ": "UZ-CERT",
    "KG": "KG-CERT",
    "SEC": "Secretariat",
}


class Council(Neighbours):
    """The nodes of one run, each in its own home; the secretariat is the depositary."""

    def __init__(self, homes: Path, *, use_free_ports: bool, parties: Mapping[str, str] = PARTIES) -> None:
        super().__init__(homes, parties, depositary="SEC", use_free_ports=use_free_ports)
