"""Regimes: which report is due from whom, by when after what. Each is a file, so that a state writes its own law.

Shape: TOML with `id`, `title`, `source`, and a `[[step]]` for each report. See docs/reference/regimes.md.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Annotated, Final

import msgspec

from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem, Problem, UnknownProblem
from kenesh.response.spans import Span, span

#: The regimes that come with the node.
LAWS: Final = files("kenesh.response").joinpath("laws")
_MAX_OCTETS: Final = 64 * 1024
_SUBMITTED: Final = "submitted:"
#: What a clock may begin with, beside the submission of another step.
AWARE, HANDLED, ASKED = "aware", "handled", "asked"

_Name = Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9-]{0,63}$")]
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another span where the case is of one of these sectors."""

    sectors: Annotated[tuple[_Name, ...], msgspec.Meta(min_length=1, max_length=50)]
    within: str


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One report that a law asks for.

    Attributes:
        by: who owes it: the `reporter`, or the `csirt` that answers.
        after: with what its clock begins: `aware`, `handled`, `asked`, or `submitted:STEP`.
        within: how long it runs; '' where whoever asks says until when.
        near: so long before its end it is said to be near.
        only_if_ongoing: it is asked for only where the incident is not handled when the clock ends.
        if_ongoing_after: where the incident is not handled then, the clock begins anew with this instead.
        pauses: for which reasons it stands still.
    """

    id: _Name
    title: _Text
    source: _Text
    after: Annotated[str, msgspec.Meta(max_length=100)]
    by: Annotated[str, msgspec.Meta(pattern="^(reporter|csirt)$")] = "reporter"
    within: str = ""
    near: str = "1 h"
    only_if_ongoing: bool = False
    if_ongoing_after: str = ""
    variants: Annotated[tuple[Variant, ...], msgspec.Meta(max_length=20)] = msgspec.field(name="variant", default=())
    pauses: Annotated[tuple[_Name, ...], msgspec.Meta(max_length=20)] = ()

    def span(self, sectors: frozenset[str]) -> Span | None:
        """How long its clock runs for a case of these sectors: the shortest that holds for one of them."""
        found = [v.within for v in self.variants if sectors.intersection(v.sectors)] or [self.within]
        # A law that says two things is obeyed by the stricter; both are of one unit (`_check`).
        return min((span(text) for text in found if text), key=lambda read: read.count, default=None)


class Regime(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A law, or the council's own rule, as clocks."""

    id: _Name
    title: _Text
    source: _Text
    steps: Annotated[tuple[Step, ...], msgspec.Meta(min_length=1, max_length=50)] = msgspec.field(name="step")

    def step(self, name: str) -> Step:
        """Raises UnknownProblem: the regime has no such step."""
        for step in self.steps:
            if step.id == name:
                return step
        names = ", ".join(step.id for step in self.steps)
        raise UnknownProblem(f"{self.id} has no step '{visible(name, 60)}'.", advice=f"It has {names}.")


def read_regime(octets: bytes, name: str = "the file") -> Regime:
    """The regime that a file states.

    Raises:
        DamagedProblem: it is too large, no TOML, or says what cannot be; the place is named.
    """
    if len(octets) > _MAX_OCTETS:
        raise DamagedProblem(f"{name} is larger than a regime may be: {_MAX_OCTETS} octets.")
    try:
        regime = msgspec.convert(tomllib.loads(octets.decode()), Regime)
        _check(regime)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, msgspec.ValidationError) as error:
        raise DamagedProblem(f"{name} is no regime: {visible(str(error), 300)}.") from None
    except Problem as problem:
        raise DamagedProblem(f"{name} is no regime: {problem.detail}", advice=problem.advice) from None
    return regime


def shipped() -> dict[str, Regime]:
    """The regimes that come with the node, by their ids."""
    found = [read_regime(file.read_bytes(), file.name) for file in LAWS.iterdir() if file.name.endswith(".toml")]
    return {regime.id: regime for regime in sorted(found, key=lambda regime: regime.id)}


def submission(after: str) -> str:
    """The step whose submission a clock begins with; '' where it begins with something else."""
    return after.removeprefix(_SUBMITTED) if after.startswith(_SUBMITTED) else ""


def _check(regime: Regime) -> None:
    """Raises DamagedProblem: a step begins with what can never happen, or stands twice, or says two units."""
    known: set[str] = set()
    for step in regime.steps:
        for after in filter(None, (step.after, step.if_ongoing_after)):
            if after not in (AWARE, HANDLED, ASKED) and submission(after) not in known:
                raise DamagedProblem(
                    f"step {step.id} begins after '{visible(after, 60)}', which does not happen before it.",
                    advice="Write aware, handled, asked, or submitted: and a step that stands above.",
                )
        units = {span(text).unit for text in (step.within, *(v.within for v in step.variants)) if text}
        if len(units) > 1:
            raise DamagedProblem(f"step {step.id} counts in {' and in '.join(sorted(units))}: choose one.")
        if not units and step.after != ASKED:
            raise DamagedProblem(f"step {step.id} does not say within which span.")
        span(step.near)
        if step.id in known:
            raise DamagedProblem(f"step {step.id} stands twice.")
        known.add(step.id)
