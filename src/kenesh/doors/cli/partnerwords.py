"""What is said of a partner, in sentences and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from kenesh.basis.instants import stix_timestamp
from kenesh.basis.printable import visible
from kenesh.council.partners.amounts import shortened
from kenesh.council.partners.figures import Figure, Link, Source
from kenesh.council.partners.kinds import RANK, Qualifier
from kenesh.council.partners.rivals import ABOUT
from kenesh.doors.council.figures import Stated
from kenesh.doors.council.partners import SeenFigure, SeenPartner

_SHORT: Final = 8
_SAID: Final = {
    Qualifier.EXACTLY: "",
    Qualifier.ABOUT: "about ",
    Qualifier.UP_TO: "up to ",
    Qualifier.MORE_THAN: "more than ",
    Qualifier.LESS_THAN: "less than ",
    Qualifier.AT_LEAST: "at least ",
    Qualifier.AT_MOST: "at most ",
}


def stated_told(stated: Stated, body: str) -> tuple[str, str]:
    """What became of what was stated: new or restated, to a body or held here."""
    word = "Restated" if stated.again else "Stated"
    if body:
        return f"{word} to {visible(body, 80)}.", stated.id
    others = "who has the one before" if stated.again else "others"
    return f"{word}, and held here; `kenesh release` gives it to {others}.", stated.id


def amount_told(figure: Figure) -> str:
    """up to 7.6 billion USD; about 300 companies; among the first 3."""
    if figure.unit == RANK:
        is_among = figure.qualifier in (Qualifier.UP_TO, Qualifier.AT_MOST)
        return f"among the first {figure.value}" if is_among else f"{_SAID[figure.qualifier]}number {figure.value}"
    digits, word = shortened(figure.value)
    return " ".join(part for part in (f"{_SAID[figure.qualifier]}{digits}", word, visible(figure.unit, 60)) if part)


def _when(figure: Figure) -> str:
    said = dict(figure.said)
    words = f" ({visible(said['period_said'], 80)})" if "period_said" in said else ""
    if "as_of" in said:
        return f"as of {said['as_of']}{words}"
    if "from" not in said:
        return f"no time said{words}"
    span = said["from"] if said["from"] == said["until"] else f"{said['from']} to {said['until']}"
    return f"over {span}{words}"


def _source(source: Source) -> str:
    parts = (visible(source.publisher, 120), visible(source.title, 160), source.date)
    return ", ".join(part for part in parts if part)


def _where(figure: Figure) -> str:
    """Who said it, and where that stands."""
    speaker = f"said by {visible(figure.speaker, 120)}; " if figure.speaker else ""
    series = f", series {visible(figure.statistic.series_key, 120)}" if figure.statistic else ""
    return f"{speaker}{_source(figure.source)}{series}"


def _short(object_id: str) -> str:
    return object_id.partition("--")[2][:_SHORT]


def describe_figure(seen: SeenFigure) -> Iterator[str]:
    """One figure of a list."""
    one = seen.figure
    who = visible(one.about, 60) + (f" with {visible(one.counterpart, 60)}" if one.counterpart else "")
    yield f"{_short(one.id)}  {seen.tlp}  {who}  {visible(one.indicator, 120)}: {amount_told(one)}, {_when(one)}"
    yield f"  {_where(one)}; stated by {seen.stated_by}"


def figure_wire(seen: SeenFigure) -> dict[str, Any]:
    return {"id": seen.figure.id, "modified": stix_timestamp(seen.figure.modified_at), **seen.cells()}


def describe_partner(seen: SeenPartner) -> Iterator[str]:
    """The whole page."""
    page = seen.page
    yield visible(seen.name, 80) + (f" ({page.about})" if seen.name != page.about else "")
    for line in page.lines:
        yield ""
        yield visible(line.indicator, 160) + (f", with {visible(line.counterpart, 60)}" if line.counterpart else "")
        before = ""
        for claim in line.claims:
            one = claim.figure
            rivals = f"  DISAGREES with {', '.join(map(_short, claim.rivals))}" if claim.rivals else ""
            yield f"  {_short(one.id)}  {amount_told(one)}, {_when(one)}{rivals}"
            told = f"    {_where(one)}; stated by {seen.code(one.by_ref)}, {seen.tlp[one.id]}"
            # A series of one statistic says once whose it is.
            yield from [told] if told != before else []
            before = told
        if line.more:
            yield f"  and {line.more} more: kenesh figure list --about {visible(page.about, 60)}"
    for link in page.links:
        yield from _describe_link(seen, link)
    yield ""
    if any(claim.rivals for line in page.lines for claim in line.claims):
        yield f"Figures disagree where both cannot be true of the same time; 'about' is taken as within {ABOUT} %."
        yield "Neither is taken for the right one."
    claims = [claim.figure.source for line in page.lines for claim in line.claims]
    yield from conditions_told([*claims, *(link.source for link in page.links)])


def conditions_told(sources: Iterable[Source]) -> list[str]:
    """Under which conditions these may be reproduced, each once."""
    said = (f"{visible(one.publisher, 120)}: {visible(one.condition, 500)}" for one in sources if one.condition)
    return list(dict.fromkeys(said))


def _describe_link(seen: SeenPartner, link: Link) -> Iterator[str]:
    when = " to ".join(dict.fromkeys(part for part in (link.begins, link.ends) if part))
    foreseen = f"foreseen {link.foreseen}" if link.foreseen else ""
    told = ", ".join(part for part in (when, foreseen) if part) or "no time said"
    with_whom = f", with {visible(link.counterpart, 60)}" if link.counterpart else ""
    yield ""
    yield f"{link.kind}: {visible(link.name, 200)}{with_whom}, {told}  [{_short(link.id)}]"
    if link.institutions:
        yield f"  {', '.join(visible(name, 120) for name in link.institutions)}"
    yield f"  {_source(link.source)}; stated by {seen.code(link.by_ref)}, {seen.tlp[link.id]}"


def partner_wire(seen: SeenPartner) -> dict[str, Any]:
    """The page as JSON: every figure with the ids of those with which it disagrees."""
    page = seen.page
    return {
        "about": page.about,
        "name": seen.name,
        "at": stix_timestamp(seen.at),
        "about_is_within_percent": ABOUT,
        "indicators": [
            {
                "indicator": line.indicator,
                "counterpart": line.counterpart,
                "more": line.more,
                "figures": [
                    figure_wire(SeenFigure(one.figure, seen.tlp[one.figure.id], seen.code(one.figure.by_ref)))
                    | {"disagrees_with": list(one.rivals)}
                    for one in line.claims
                ],
            }
            for line in page.lines
        ],
        "links": [_link_wire(seen, link) for link in page.links],
    }


def _link_wire(seen: SeenPartner, link: Link) -> dict[str, Any]:
    source = {name: getattr(link.source, name) for name in ("publisher", "title", "date", "url", "condition")}
    return {
        "id": link.id,
        "kind": link.kind.value,
        "name": link.name,
        "counterpart": link.counterpart,
        "institutions": list(link.institutions),
        "foreseen": link.foreseen,
        "from": link.begins,
        "until": link.ends,
        "source": {name: text for name, text in source.items() if text},
        "tlp": seen.tlp[link.id],
        "stated_by": seen.code(link.by_ref),
    }
