"""Words: every change of case is excused, every public name is explained, and nothing tells of this machine."""

from __future__ import annotations

import ast
import re
import subprocess
from typing import Final

import pytest
from tests.architecture.sources import ROOT, enclosing, modules

#: Identifiers, codes and paths are compared as they are. Whoever changes the case of a text says here why he may.
CASE_CHANGED: Final = {
    (
        "basis/folding.py",
        "_spelled",
    ): "keys for search alone, by no locale; no identifier is compared by one",
    ("basis/canonical.py", "decode_ijson"): "the first letter of another library's sentence",
    ("doors/cli/neighbours.py", "Neighbours.home"): "a folder's name, made of a code in ASCII",
    ("doors/desk/content.py", "node_of"): "a word of an interface, not of an object",
    ("doors/desk/languages.py", "preferred"): "language tags are alike in every case (RFC 5646 §2.1.1)",
    (
        "doors/accounts/passwords.py",
        "fault_of",
    ): "a comparison with the first that are guessed; what is kept is as it was typed",
    ("doors/accounts/passwords.py", "one_time_password"): "Base32 of the node's own, in ASCII alone",
    ("doors/accounts/codes.py", "new_recovery_codes"): "Base32 of the node's own, in ASCII alone",
    ("doors/accounts/codes.py", "_digest"): "Base32 of the node's own; only ASCII was ever made",
    ("doors/api/described.py", "document"): "OpenAPI writes methods in small letters; ours are ASCII",
    ("doors/gate.py", "identify"): "the scheme of Authorization is alike in every case (RFC 9110 §11.1)",
    ("edges/formats/known.py", "_octets"): "octets: of them only ASCII has a case",
    ("edges/formats/out/misp.py", "_tlp_tag"): "MISP's taxonomy writes its labels in small letters",
    ("federation/audiences.py", "_audience"): "a file name in a piece of advice, not a code that is compared",
    ("federation/bodies.py", "Bodies.admit"): "a file name in a piece of advice, not a code that is compared",
    ("node/hosting.py", "host"): "a folder's name, made of a code in ASCII",
    ("stix/marking.py", "Tlp.named"): "a label as people say it, in ASCII alone",
    ("stix/pap.py", "Pap.named"): "a level of PAP as people say it, in ASCII alone",
    ("stix/pap.py", "_levels"): "a level of PAP as people write it, in ASCII alone",
    ("taxii/media.py", "reads_content_encoding"): "content codings are alike in every case (RFC 9110 §8.4.1)",
    ("taxii/media.py", "reads_content_type"): "charset is alike in every case (RFC 9110 §8.3.2)",
    ("taxii/media.py", "_range"): "media types are alike in every case (RFC 9110 §8.3.1)",
    ("watch/atoms.py", "_hash_kind"): "names of hash algorithms as indicators in the field write them",
    ("watch/forms.py", "_a_labels"): "host names are alike in every case (RFC 4343)",
    ("watch/forms.py", "url"): "the scheme of a URL is alike in every case (RFC 3986 §6.2.2.1)",
}
CHANGES: Final = {"lower", "upper", "casefold", "swapcase", "capitalize", "title"}

#: Packages whose every public name is explained: what others build on.
EXPLAINED: Final = ("council", "release", "federation", "taxii", "holdings", "stix", "parties")

#: Registries and this machine's folders; written in two pieces each, so that this file does not hold them.
REGISTRIES: Final = tuple(
    "".join(pieces)
    for pieces in (
        ("pypi", ".org"),
        ("python", "hosted.org"),
        ("npm", "js.org"),
        ("crates", ".io"),
        ("proxy.", "golang.org"),
        ("rubygems", ".org"),
        ("conda", ".anaconda.org"),
        ("registry.", "yarnpkg"),
        ("ghcr", ".io"),
        ("docker", ".io"),
        ("arti", "factory"),
        ("index", "-url"),
        ("find-", "links="),
    )
)
#: Words that name an option in order to leave it out.
REGISTRY_OPTIONS: Final = {"requirements/__main__.py"}
#: Folders of the machine on which Kenesh was first written, and of the one on which this runs.
_FOLDERS: Final = ("/wo" + "rk/", "/ro" + "ot/", "/opt/py" + "pi", "/opt/wh" + "eels", f"{ROOT}/")
PATHS: Final = re.compile(r"(?<![\w./-])(?:" + "|".join(map(re.escape, _FOLDERS)) + r")[\w.-]*")


def case_changes() -> set[tuple[str, str]]:
    return {
        (module.name, enclosing(module.tree, node))
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in CHANGES and not _is_called_otherwise(module.tree, node)
    }


def _is_called_otherwise(tree: ast.Module, attribute: ast.Attribute) -> bool:
    """`.title` is also the title of a body or a problem: only where it is called does it change a text."""
    if attribute.attr != "title":
        return False
    return not any(isinstance(node, ast.Call) and node.func is attribute for node in ast.walk(tree))


def test_every_change_of_case_has_a_reason() -> None:
    assert case_changes() - set(CASE_CHANGED) == set()


def test_every_reason_is_still_needed() -> None:
    assert set(CASE_CHANGED) - case_changes() == set()


def test_no_identifier_is_compared_without_its_case_in_a_query() -> None:
    """LOWER(id), ILIKE and COLLATE NOCASE would do in SQL what is banned above."""
    words = re.compile(r"\b(lower|upper)\s*\(|\bilike\b|\bnocase\b|func\.(lower|upper)\b", re.IGNORECASE)
    found = [
        (module.name, node.value)
        for module in modules()
        if module.name.startswith("edges/store/")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and words.search(node.value)
    ]
    assert found == []


@pytest.mark.parametrize("package", EXPLAINED)
def test_every_public_name_is_explained(package: str) -> None:
    silent = []
    for module in modules():
        if module.package != package:
            continue
        if not ast.get_docstring(module.tree):
            silent.append(module.name)
        for node in module.tree.body:
            is_public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if is_public and not ast.get_docstring(node):  # type: ignore[arg-type]  # is_public says which
                silent.append(f"{module.name}: {node.name}")  # type: ignore[attr-defined]  # as above
    assert silent == []


def tracked() -> list[str]:
    """Every file that is in the repository, or would be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is no clone of the repository")
    return [name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    found = []
    for name in tracked():
        octets = (ROOT / name).read_bytes()
        if b"\0" not in octets[:8000]:
            found.append((name, octets.decode("utf-8", "replace")))
    return found


def test_no_file_names_a_package_registry() -> None:
    """What is installed is pinned by its hash; from where is for whoever installs it to say."""
    found = [
        (name, registry)
        for name, text in texts()
        if name not in REGISTRY_OPTIONS
        for registry in REGISTRIES
        if registry in text
    ]
    assert found == []


def test_no_file_tells_of_the_machine_on_which_it_was_made() -> None:
    found = [(name, match[0]) for name, text in texts() for match in [PATHS.search(text)] if match]
    assert found == []
