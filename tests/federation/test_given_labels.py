"""What one gave without a marking is passed on no wider than the label under which it was given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.federation.lines import Loop
from tests.federation.nodes import Nodes, OpenStore
from tests.federation.objects import malware

from kenesh.basis.problem import RefusedProblem
from kenesh.stix.marking import Tlp


@pytest.fixture
def nodes(tmp_path: Path, database: OpenStore, loop: Loop) -> Iterator[Nodes]:
    nodes = Nodes(tmp_path, database, loop)
    yield nodes
    nodes.close()


@pytest.mark.parametrize(
    ("given", "label", "to", "rule"),
    [
        (Tlp.AMBER_STRICT, Tlp.CLEAR, "public", "LBL-08"),
        (Tlp.AMBER_STRICT, Tlp.GREEN, "TR", "LBL-08"),
        (Tlp.AMBER_STRICT, Tlp.AMBER_STRICT, "TR", "TLP-03"),
        (Tlp.AMBER, Tlp.GREEN, "TR", "LBL-08"),
        (Tlp.AMBER, Tlp.AMBER, "TR", "TLP-05"),
        (Tlp.GREEN, Tlp.CLEAR, "public", "LBL-08"),
        (Tlp.GREEN, Tlp.GREEN, "TR", None),
        (Tlp.GREEN, Tlp.AMBER_STRICT, "TR", "TLP-03"),
        (Tlp.CLEAR, Tlp.CLEAR, "public", None),
    ],
)
def test_a_label_binds_who_got_it(nodes: Nodes, given: Tlp, label: Tlp, to: str, rule: str | None) -> None:
    kz, az, _ = nodes.found("KZ", "AZ", "TR")
    nodes.introduce()
    value = malware("poison", None, by="KZ")
    kz.imports(value)
    kz.releases(value["id"], to="AZ", label=given)
    az.syncs("KZ")
    if rule is None:
        assert az.releases(value["id"], to=to, label=label).objects == {value["id"]}
    else:
        with pytest.raises(RefusedProblem) as refused:
            az.releases(value["id"], to=to, label=label)
        assert refused.value.params["refused"][0]["rule"] == rule


def test_the_author_s_wider_label_is_his_leave(nodes: Nodes) -> None:
    kz, az, _ = nodes.found("KZ", "AZ", "TR")
    nodes.introduce()
    value = malware("poison", None, by="KZ")
    kz.imports(value)
    kz.releases(value["id"], to="AZ", label=Tlp.AMBER_STRICT)
    az.syncs("KZ")
    kz.releases(value["id"], to="public", label=Tlp.CLEAR)
    az.syncs("KZ")
    az.releases(value["id"], to="TR", label=Tlp.CLEAR)


def test_a_statement_of_another_is_passed_on_to_nobody(nodes: Nodes) -> None:
    kz, az, _ = nodes.found("KZ", "AZ", "TR")
    nodes.introduce()
    value = malware("poison", Tlp.GREEN, by="KZ")
    kz.imports(value)
    release = kz.releases(value["id"], to="AZ").statements[0].id
    az.syncs("KZ")
    with pytest.raises(RefusedProblem):
        az.releases(release, to="TR", label=Tlp.CLEAR)
