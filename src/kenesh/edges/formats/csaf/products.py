"""The products of an advisory: its tree, flat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Product:
    """A product by the id that it has in the document, with what its branches say of it."""

    id: str = ""
    name: str = ""
    vendor: str = ""
    version: str = ""
    cpe: str = ""
    purl: str = ""


def products_of(tree: Mapping[str, Any]) -> Iterator[Product]:
    """Every product that the tree defines: in branches, on its own, and as one product within another.

    Source: CSAF 2.0 §3.2.2.
    """
    # Its depth is bounded where JSON is read.
    yield from _in_branches(tree.get("branches", ()), Product())
    for named in tree.get("full_product_names", ()):
        yield _named(named, Product())
    for relation in tree.get("relationships", ()):
        yield _named(relation["full_product_name"], Product())


def _in_branches(branches: Any, above: Product) -> Iterator[Product]:
    for branch in branches:
        here = above
        if branch["category"] == "vendor":
            here = replace(above, vendor=branch["name"])
        elif branch["category"] == "product_version":
            here = replace(above, version=branch["name"])
        if "product" in branch:
            yield _named(branch["product"], here)
        yield from _in_branches(branch.get("branches", ()), here)


def _named(named: Mapping[str, Any], above: Product) -> Product:
    helper = named.get("product_identification_helper", {})
    return replace(
        above, id=named["product_id"], name=named["name"], cpe=helper.get("cpe", ""), purl=helper.get("purl", "")
    )
