"""Every reader of octets from outside, each with examples that it reads; `test_every_reader.py` damages them.

A new reader gets a line in `READERS`; a test of the architecture finds one that has none.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec
from tests.cli import files
from tests.hostile.pdf import pdf
from tests.unit.edges.formats import misp_events, test_statistics
from tests.unit.edges.formats.test_csaf import ADVISORY
from tests.unit.ledger.test_showing import HEAD
from tests.unit.parties.signers import AZ
from tests.unit.parties.test_bodies import body, membership
from tests.unit.parties.test_card import card
from tests.unit.release.made import AUTHOR, CIRCLE, NOW, release, withdrawal

from kenesh.basis.canonical import canonical_bytes, decode_ijson
from kenesh.basis.instants import instant_of, modified_key
from kenesh.basis.printable import visible
from kenesh.basis.problem import Problem, UnreachableProblem
from kenesh.council.agenda.register import read_page
from kenesh.council.directory.kinds import CLAIM, claim_wire, read_claim
from kenesh.council.directory.reading import SHIPPED as CLAIMS
from kenesh.council.directory.reading import read_claims, shipped
from kenesh.council.measures.table import read_table
from kenesh.council.partners.rows import Record, fields_of
from kenesh.council.register.columns import Amount, Columns, parse_figure
from kenesh.council.register.kinds import Effect
from kenesh.council.register.stated import Source, link_of, link_wire, statement_of, statement_wire
from kenesh.doors.api.cases import ACTS
from kenesh.doors.api.council import ACTS as COUNCIL_ACTS
from kenesh.doors.api.lookup import read_values
from kenesh.doors.api.sent import read_sent
from kenesh.doors.desk.asking import values_in
from kenesh.edges.formats import recognising
from kenesh.edges.formats.csaf import reading as csaf
from kenesh.edges.formats.misp import feed as misp_feed
from kenesh.edges.formats.misp import reading as misp
from kenesh.edges.formats.statistics import reading as statistics
from kenesh.edges.formats.text import reading as text
from kenesh.edges.logs.batches import batches
from kenesh.edges.logs.files import log_files
from kenesh.federation import looking, packs
from kenesh.federation.ports import Answer
from kenesh.federation.session import Session, Wanted
from kenesh.ledger.proof_file import Entry, ProofFile, check_proof, read_proof
from kenesh.ledger.witness import heads_document, path_document, read_heads, read_path
from kenesh.node.settings import Settings, read_settings, write_settings
from kenesh.node.types import TYPES
from kenesh.parties.bodies import read_membership
from kenesh.parties.card import is_succession, read_card
from kenesh.parties.keys import PublicKey, SigningKey, heard, kid_of, spoken, verify_octets
from kenesh.parties.party import party_id
from kenesh.parties.revocation import make_revocation, recovery_seed, signed_revocation
from kenesh.parties.sealing import new_identity, seal, seal_stream, unseal, unseal_stream
from kenesh.parties.terms import body_terms
from kenesh.parties.tokens import check_token, make_token, parse_token
from kenesh.release.statements import read_release, read_withdrawal
from kenesh.response.calls import read_plan
from kenesh.response.effects import reply_object, reply_of
from kenesh.response.kinds import Outlook, Status
from kenesh.response.ladder import SHIPPED, read_ladder
from kenesh.response.regimes import LAWS, read_regime
from kenesh.response.scenarios import SCENARIOS, read_scenario
from kenesh.response.sitreps import ConnectionKind, Crossing, Situation, Works, sitrep_object, sitrep_of, word_of
from kenesh.response.statements import Hand
from kenesh.stix import patterns
from kenesh.stix.files import Piece, Refusal, split_octets
from kenesh.stix.marking import Tlp
from kenesh.stix.reading import ObjectReader
from kenesh.stix.register import Channel
from kenesh.stix.streaming import split
from kenesh.taxii.draining import Drain
from kenesh.taxii.envelope import envelope_bytes, read_envelope
from kenesh.taxii.filters import parse_filters
from kenesh.taxii.media import accepts, reads_content_encoding, reads_content_type
from kenesh.taxii.paging import Walk, next_token, stamp_in, start_of
from kenesh.watch.moments import moment
from kenesh.watch.ports import LogFormat
from kenesh.watch.values import recognise

READER: Final = ObjectReader(TYPES)
WALK: Final = Walk("c", "r", parse_filters([]))
SECRET: Final = b"k" * 32
OWN: Final = SigningKey(b"a" * 32)
IDENTITY, RECIPIENT = new_identity()
PROOF: Final = msgspec.json.encode(
    ProofFile(
        party="AZ",
        jwk=dict(AZ.public.jwk),
        head=HEAD,
        entry=Entry(at=1, details={"objects": 2}, kind="release-made", salt="ab" * 16, subject="x", who="y"),
        index=0,
        count=1,
        path=[],
        acts_root="00" * 32,
        interval=3,
        interval_salt="11" * 32,
        log_path=["22" * 32],
    )
)


_STATEMENT: Final = msgspec.json.encode(
    Hand(UUID(int=7, version=4), party_id("KZ"), NOW, Tlp.CLEAR).begins("kenesh-statement")
    | statement_wire(
        Source(f"kenesh-source--{UUID(int=8, version=4)}", "", "page", "Herald", "Name it.", "0" * 64),
        Columns(3, "the Minister", "call", "Build it", when="by 2027-12-31", figures=(Amount("about", 7.6, "USD"),)),
        ("when",),
    )
)
_OF_STIX: Final = {
    name: said
    for name, said in Hand(UUID(int=9, version=4), party_id("KZ"), NOW, Tlp.CLEAR).begins("relationship").items()
    if name != "extensions"
}
_ENDS: Final = f"kenesh-decision--{UUID(int=5, version=4)}", f"kenesh-statement--{UUID(int=7, version=4)}"
_SHOWN: Final = msgspec.json.encode(_OF_STIX | link_wire(*_ENDS, Effect.HELD, date(2026, 2, 20)))


def _said_or_shown(octets: bytes) -> Any:
    """An object of the register, read as a node reads what a peer sends."""
    value = READER.read(octets).value
    return statement_of(value) if value["type"] == "kenesh-statement" else link_of({"relationship_type": 0} | value)


@dataclass(frozen=True, slots=True)
class Target:
    """A reader of octets.

    Attributes:
        read: gives a value, or raises a `Problem`. examples: what it reads without one.
        functions: what of the source it goes through, as `package/module.py:function`.
        write: the octets that say a value again, where there is such a way.
    """

    read: Callable[[bytes], Any]
    examples: tuple[bytes, ...]
    functions: tuple[str, ...]
    write: Callable[[Any], bytes] | None = None


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode()


def _text(octets: bytes) -> str:
    return octets.decode("utf-8", "replace")


def _situation(octets: bytes) -> Any:
    """What a checked object says of a party's situation; of another type there is nothing to say."""
    value = READER.read(octets).value
    readers: dict[str, Callable[[Any, Tlp], Any]] = {
        "kenesh-sitrep": sitrep_of,
        "kenesh-connection": word_of,
        "kenesh-update": reply_of,
    }
    return readers.get(value["type"], lambda _value, _tlp: None)(value, Tlp.AMBER)


_HAND: Final = Hand(UUID("00000000-0000-4000-8000-000000000001"), AUTHOR, NOW, Tlp.AMBER)
_BODY: Final = "kenesh-body--00000000-0000-4000-8000-000000000002"
_SITUATIONS: Final = (
    encoded(
        sitrep_object(_HAND, _BODY, Situation(Outlook.STABLE, {"energy": "red"}, "human-errors", "low", "a wiper"))
    ),
    encoded(
        _HAND.begins("kenesh-connection")
        | {"body_ref": _BODY}
        | Crossing("a cable", ConnectionKind.CABLE, (AUTHOR,), Works.DOWN, NOW, "x", "y", "z").said()
    ),
    encoded(reply_object(_HAND, f"kenesh-alert--{_BODY[-36:]}", "Confirm your contacts", Status.DONE, "done")),
)


def _claimed(octets: bytes) -> Any:
    """What a checked object claims; one of another type claims nothing."""
    value = READER.read(octets).value
    return read_claim(value, "KZ") if value["type"] == CLAIM.name else None


#: What a body means, in the values that an act takes.
_MEANT = ("assignment", "wanted", "reported", "word", "taking", "until", "plan", "times")


def _said_of_a_case(octets: bytes) -> Any:
    """What the octets say as the first body of an act that they are."""
    refused = None
    for act in (*ACTS.values(), *COUNCIL_ACTS.values()):
        try:
            sent = read_sent(octets, act.sent)
        except Problem as problem:
            refused = problem
            continue
        moments = [getattr(sent, name) for name in _MEANT if hasattr(sent, name)]
        return sent, moments
    assert refused is not None
    raise refused


def _parts(read: Callable[[io.BytesIO], Any]) -> Callable[[bytes], list[Any]]:
    """The parts of a file; what a person is told of each is text that can be printed, and each object is read too."""

    def parts(octets: bytes) -> list[Any]:
        found = list(read(io.BytesIO(octets)))
        for one in found:
            if isinstance(one, Refusal):
                assert visible(one.reason, 100_000) == one.reason, one
                assert visible(one.path, 100_000) == one.path, one
        return found

    return parts


def _filters(octets: bytes) -> Any:
    asked = parse_filters(parse_qsl(octets.decode("latin-1"), keep_blank_values=True))
    return asked, asked.fingerprint(), start_of(Walk("c", "r", asked), SECRET) if asked.next is None else None


def _pattern(octets: bytes) -> Any:
    pattern = _text(octets)
    patterns.equality_test(pattern), patterns.sole_test(pattern)
    patterns.check_pattern(pattern)
    return patterns.comparisons(pattern)


def _signed(octets: bytes) -> dict[str, Any]:
    """The statement that the octets make, signed by a member who may state anything."""
    value = decode_ijson(octets)
    if isinstance(value, dict) and "signatures" in value:
        unsigned = {name: item for name, item in value.items() if name != "signatures"}
        value = unsigned | {"signatures": [AZ.sign(unsigned)]}
    return READER.read(msgspec.json.encode(value)).value


def _proof(octets: bytes) -> ProofFile:
    found = read_proof(octets)
    with suppress(Problem):
        check_proof(found)
    return found


def _sealed_stream() -> bytes:
    sealed = io.BytesIO()
    seal_stream(io.BytesIO(b"x" * 1000), sealed, [RECIPIENT])
    return sealed.getvalue()


def _unsealed(octets: bytes) -> bytes:
    opened = io.BytesIO()
    unseal_stream(io.BytesIO(octets), opened, IDENTITY)
    return opened.getvalue()


def _statement(octets: bytes) -> Any:
    value = _signed(octets)
    match value["type"]:
        case "kenesh-release":
            return read_release(value, party_ref=AUTHOR, audience_ref=CIRCLE, key=AZ.public)
        case "kenesh-withdrawal":
            return read_withdrawal(value, party_ref=AUTHOR, audience_ref=CIRCLE, key=AZ.public)
        case "kenesh-membership":
            return body_terms([read_membership(value)])
        case "kenesh-card":
            return read_card(value, NOW), is_succession(value, AZ.public)
        case "kenesh-key-revocation":
            return signed_revocation(value)
    return value


def revocation() -> dict[str, Any]:
    return make_revocation(AZ, party="AZ", kid=AZ.kid, since=NOW, replacement=OWN.public, now=NOW)


def _token(octets: bytes) -> Any:
    token = parse_token(octets.decode("latin-1"))
    check_token(token, AZ.public, aud="kid", method="GET", path="/", now=NOW)
    return token


def _pack(octets: bytes) -> Any:
    packs.issuer(octets)
    return packs.read(octets, lambda signature: AZ.public)


def _made_pack() -> bytes:
    page = packs.section(CIRCLE, Channel.CONTENT, None, "2026-11-25T08:00:00.000000Z", b'{"objects":[{}]}')
    header = packs.Header(iss=AUTHOR, aud="kid", number=1, made_at="2026-11-25T08:00:00Z", sections=(page,))
    return packs.written(header, [b'{"objects":[{}]}'], AZ)[0]


def _in_folder(name: str, octets: bytes, read: Callable[[Path], Any]) -> Any:
    with TemporaryDirectory() as folder:
        Path(folder, name).write_bytes(octets)
        return read(Path(folder))


def _logs(octets: bytes) -> Any:
    def read(folder: Path) -> int:
        return sum(sum(b.lines for b in batches(log_files([folder], form))) for form in LogFormat)

    return _in_folder("a.log", octets, read)


def _settings() -> bytes:
    with TemporaryDirectory() as folder:
        write_settings(Path(folder), Settings(party="KZ", name="KZ", kid="a" * 43, recovery_kid="b" * 43))
        return Path(folder, "kenesh.toml").read_bytes()


def _session(octets: bytes) -> Any:
    """A peer that answers everything with these octets, under headers that it takes from them too."""
    said = {"x-taxii-date-added-last": octets[-27:].decode("latin-1")}
    wanted = Wanted("c1", CIRCLE, Channel.CONTENT, None)
    session = Session([wanted])
    session.receive(Answer(200, said, octets))
    session = Session([wanted])
    session.receive(Answer(200, {}, encoded({"collections": [{"id": "c1", "title": "x", "can_read": True}]})))
    session.receive(Answer(200, said, octets))
    return session.problems


def _refusals_of_a_peer(octets: bytes) -> str:
    try:
        Session([]).receive(Answer(500, {}, octets))
    except UnreachableProblem as problem:
        assert visible(problem.detail, 100_000) == problem.detail
        return problem.detail
    raise AssertionError("it is a refusal")


class _Line:
    """A server of a feed that answers everything with the same octets."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets

    def get(self, path: str) -> Answer:
        return Answer(200, {"content-type": self._octets[:20].decode("latin-1")}, self._octets)

    def post(self, path: str, body: bytes) -> Answer:
        return self.get(path)


def _drain(octets: bytes) -> Any:
    drain = Drain.begun(None).after(read_envelope(b'{"objects":[{}]}'), {"x-taxii-date-added-last": _text(octets)})
    return drain.query(1)


def _figures(octets: bytes) -> Any:
    """Every row as a figure, or why it is none."""
    found = []
    for part in statistics.read_figures(io.BytesIO(octets)):
        if isinstance(part, Record):
            with suppress(Problem):
                found.append(fields_of(part, {"indicator": "x", "publisher": "y"}))
    return found


def _csaf(octets: bytes) -> Any:
    csaf.claims(octets)
    return _parts(csaf.pieces)(octets)


def _misp(octets: bytes) -> Any:
    misp.claims(octets)
    found = _parts(misp.pieces)(octets)
    for one in found:
        if isinstance(one, Piece):
            assert json.loads(one.octets)
    return found


BUNDLE: Final = files.bundle(files.indicator(1), files.malware(2))
STIX_2_0: Final = encoded(
    {k: v for k, v in files.indicator(1, tlp=None).items() if k not in ("spec_version", "pattern_type")}
    | {"labels": ["malicious-activity"]}
)
EVENT: Final = encoded(misp_events.event(misp_events.attribute(1), misp_events.an_object(2, "file")))
TOKEN: Final = make_token(AZ, iss=AUTHOR, aud="kid", method="GET", path="/", nonce="n" * 32, now=NOW).encode()
PROSE: Final = b"Seen: hxxp://evil[.]example/x at 203.0.113.7.\n# remark\n"
TABLE: Final = b"value,note\n203.0.113.7,seen\n198.51.100.1,\n"
PDF: Final = pdf(b"BT /F 12 Tf (see hxxp://evil[.]example/x) Tj ET")
ZEEK: Final = b"#separator \\x09\n#fields\tts\thost\turi\n1\tevil.example\t/\\x41\n"

_PRESS: Final = Path(__file__).parents[1] / "council" / "pages"

READERS: Final[dict[str, Target]] = {
    "I-JSON": Target(
        decode_ijson, (BUNDLE, b'{"a":[1,1.5,"\\u00e7",null]}'), ("basis/canonical.py:decode_ijson",), canonical_bytes
    ),
    "regimes": Target(
        read_regime,
        tuple(law.read_bytes() for law in sorted(LAWS.iterdir()) if law.name.endswith(".toml")),
        ("response/regimes.py:read_regime",),
    ),
    "press pages": Target(
        lambda o: read_page(o, "page.txt", date(2026, 6, 10)),
        (
            b"<html><body><p>&ldquo;We will pay $5 million in May,&rdquo; said Minister Olga Sand.</p></body></html>",
            "«Предлагаем фонд до конца года», – сказал министр. Ссылка на «Вестник» обязательна.".encode(),
            *(page.read_bytes() for page in sorted(_PRESS.iterdir()) if page.suffix != ".toml"),
        ),
        ("council/agenda/register.py:read_page",),
    ),
    "tables of measures": Target(
        lambda o: read_table(o, "measures.csv"),
        (
            b"number,name,chapter,period,mandate,accountable,begins,due,kind,id,what,baseline,target,day\n"
            b"1,A,transport,p1,m,KZ,2026-01-01,2026-12-31,indicator,share,Share,0,100,\n1,,,,,,,,target,share,,,40,2026-06-30",
            "number;name;chapter;period;mandate;accountable;begins;due;kind;id;what;day\n"
            "2;Ə;t;p;m;AZ;2026-01-01;2026-12-31;milestone;s;Ş;2026-06-30".encode(),
        ),
        ("council/measures/table.py:read_table",),
    ),
    "figures that people write": Target(
        lambda o: parse_figure(o.decode("utf-8", "replace")),
        (b"up-to 7.6 billion USD (2005/2025)", b"250 companies", "около 3 млн сом".encode()),
        ("council/register/columns.py:parse_figure",),
        lambda amount: str(amount).encode(),
    ),
    "what was said, and what shows it": Target(
        _said_or_shown,
        (_STATEMENT, _SHOWN),
        ("council/register/stated.py:statement_of", "council/register/stated.py:link_of"),
    ),
    "figures and statistics": Target(
        _figures,
        (test_statistics.ML, test_statistics.JSON, test_statistics.CSV_1, test_statistics.CSV_2, test_statistics.PLAIN),
        (
            "edges/formats/statistics/reading.py:read_figures",
            "edges/formats/statistics/sdmx.py:check_xml",
            "council/partners/amounts.py:read_amount",
            "council/partners/rows.py:fields_of",
        ),
    ),
    "scenarios": Target(
        read_scenario,
        (SCENARIOS.joinpath("wiper-energy.toml").read_bytes(),),
        ("response/scenarios.py:read_scenario",),
    ),
    "plans of calls": Target(
        read_plan,
        (b'[[person]]\nname = "a"\nby = ["mail:a@b.example"]\nquiet = "22:00-07:00"\nzone = "Asia/Almaty"',),
        ("response/calls.py:read_plan",),
    ),
    "claims": Target(
        read_claims,
        (CLAIMS.read_bytes()[:2_000].rpartition(b"[[")[0],),
        ("council/directory/reading.py:read_claims",),
    ),
    "claims on the wire": Target(
        _claimed,
        (encoded(_HAND.begins(CLAIM.name) | claim_wire(shipped()[0])),),
        ("council/directory/kinds.py:read_claim",),
    ),
    "ladders": Target(read_ladder, (SHIPPED.read_bytes(),), ("response/ladder.py:read_ladder",)),
    "what a party says of its situation": Target(
        _situation,
        _SITUATIONS,
        ("response/sitreps.py:sitrep_of", "response/sitreps.py:word_of", "response/effects.py:reply_of"),
    ),
    "timestamps": Target(
        lambda o: (modified_key(_text(o)), instant_of(_text(o))),
        (b"2026-11-25T08:00:00.123Z",),
        ("basis/instants.py:instant_of", "basis/instants.py:modified_key"),
    ),
    "objects": Target(
        READER.read,
        (encoded(files.indicator(1)), encoded(files.malware(2)), STIX_2_0),
        ("stix/reading.py:ObjectReader.read",),
        lambda v: v.original or v.raw,
    ),
    "files, whole": Target(lambda o: list(split_octets(o)), (BUNDLE,), ("stix/files.py:split_octets",)),
    "files, by windows": Target(
        _parts(lambda s: split(s, 64)), (BUNDLE, BUNDLE * 2, b"[" + BUNDLE + b"]"), ("stix/streaming.py:split",)
    ),
    "patterns": Target(
        _pattern,
        (b"[domain-name:value = 'evil.example']", b"[a:b[0].c IN ('x', 'y') AND d:e > 1]"),
        ("stix/patterns.py:check_pattern", "stix/patterns.py:comparisons"),
    ),
    "envelopes": Target(
        read_envelope,
        (b'{"more":true,"next":"t","objects":[{"id":"a"},{}]}', b"{}", BUNDLE),
        ("taxii/envelope.py:read_envelope",),
        lambda e: envelope_bytes(b",".join(e.objects), e.more, e.next),
    ),
    "filters": Target(
        _filters,
        (
            b"added_after=2026-11-25T08:00:00Z&limit=5&match[type]=indicator,malware",
            b"match[version]=all&match[id]=x&match[spec_version]=2.1&next=abc",
        ),
        ("taxii/filters.py:parse_filters",),
    ),
    "paging tokens": Target(
        lambda o: stamp_in(_text(o), WALK, SECRET),
        (next_token(WALK, NOW, SECRET).encode(),),
        ("taxii/paging.py:stamp_in",),
        lambda stamp: next_token(WALK, stamp, SECRET).encode(),
    ),
    "media types": Target(
        lambda o: (accepts(_text(o)), reads_content_type(_text(o)), reads_content_encoding(_text(o))),
        (b'application/taxii+json;version="2.1";q=0.5, */*',),
        ("taxii/media.py:accepts", "taxii/media.py:reads_content_type", "taxii/media.py:reads_content_encoding"),
    ),
    "a drain's dates": Target(_drain, (b"2026-11-25T08:00:00.000000Z",), ()),
    "a peer's answers": Target(
        _session,
        (
            b'{"collections":[{"id":"c1","title":"x","can_read":true}]}',
            b'{"objects":[{"id":"one"}],"x":"2026-11-25T08:00:01.000000Z',
        ),
        (),
    ),
    "a peer's refusals": Target(_refusals_of_a_peer, (b'{"title":"x","description":"no"}',), ()),
    "a feed's discovery": Target(
        lambda o: looking.collections_at(_Line(o), "https://a.example/taxii2/"),
        (b'{"api_roots":["/r/"],"collections":[{"id":"c","title":"x","can_read":true}]}',),
        ("federation/looking.py:collections_at",),
    ),
    "kids": Target(lambda o: kid_of(_text(o)), (AZ.sign({}).encode(),), ("parties/keys.py:kid_of",)),
    "recovery keys": Target(
        lambda o: recovery_seed(_text(o)),
        (b"0123abcd " * 8, b"00" * 32),
        ("parties/revocation.py:recovery_seed",),
        lambda seed: seed.hex().encode(),
    ),
    "statements": Target(
        _statement,
        tuple(map(encoded, (release(), withdrawal(), membership(), body(), card(), revocation()))),
        (
            "release/statements.py:read_release",
            "release/statements.py:read_withdrawal",
            "parties/bodies.py:read_membership",
            "parties/card.py:read_card",
            "parties/card.py:is_succession",
            "parties/revocation.py:signed_revocation",
        ),
    ),
    "keys": Target(
        lambda o: PublicKey.from_jwk(decode_ijson(o)), (encoded(AZ.public.jwk), b"[]"), (), lambda key: encoded(key.jwk)
    ),
    "signatures": Target(
        lambda o: verify_octets(AZ.public, o.decode("latin-1"), b"x"),
        (AZ.sign_octets(b"x").encode(),),
        ("parties/keys.py:verify_octets",),
    ),
    "fingerprints": Target(
        lambda o: heard(_text(o)), (spoken(AZ.kid).encode(), AZ.kid.encode()), ("parties/keys.py:heard",), str.encode
    ),
    "node tokens": Target(_token, (TOKEN,), ("parties/tokens.py:parse_token", "parties/tokens.py:check_token")),
    "packs": Target(_pack, (_made_pack(),), ("federation/packs.py:read", "federation/packs.py:issuer")),
    "heads of a record": Target(
        read_heads, (heads_document([HEAD, HEAD]),), ("ledger/witness.py:read_heads",), heads_document
    ),
    "paths of a record": Target(
        read_path, (path_document([b"a" * 32, b"b" * 32]),), ("ledger/witness.py:read_path",), path_document
    ),
    "proofs of an entry": Target(_proof, (PROOF,), ("ledger/proof_file.py:read_proof",), msgspec.json.encode),
    "sealed streams": Target(_unsealed, (_sealed_stream(),), ("parties/sealing.py:unseal_stream",)),
    "sealed files": Target(lambda o: unseal(o, OWN), (seal(b"x", OWN.public),), ("parties/sealing.py:unseal",)),
    "MISP events": Target(
        _misp,
        (EVENT, b'{"response":[' + EVENT + b"]}"),
        ("edges/formats/misp/reading.py:pieces", "edges/formats/misp/reading.py:claims"),
    ),
    "MISP manifests": Target(
        lambda o: _in_folder("manifest.json", o, lambda f: list(misp_feed.feed_pieces(f))),
        (encoded({misp_events.uuid(1): {"timestamp": 1, "info": "x"}}),),
        ("edges/formats/misp/feed.py:feed_pieces",),
    ),
    "MISP hash lists": Target(_misp, (b"d41d8cd98f00b204e9800998ecf8427e,8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\n",), ()),
    "advisories": Target(
        _csaf, (encoded(ADVISORY),), ("edges/formats/csaf/reading.py:pieces", "edges/formats/csaf/reading.py:claims")
    ),
    "texts": Target(
        lambda o: (text.is_text(o), _parts(lambda s: text.pieces(s, {}))(o)),
        (PROSE, TABLE),
        ("edges/formats/text/reading.py:pieces",),
    ),
    "PDFs": Target(_parts(lambda s: text.pdf_pieces(s, {})), (PDF,), ("edges/formats/text/reading.py:pdf_pieces",)),
    "files of any format": Target(
        _parts(recognising.pieces), (BUNDLE, EVENT, PROSE, TABLE), ("edges/formats/recognising.py:pieces",)
    ),
    "logs": Target(
        _logs,
        (PROSE, ZEEK, b'{"query":"evil.example","ts":1}\n' * 3, ZEEK.decode().encode("utf-16")),
        ("edges/logs/files.py:log_files", "edges/logs/batches.py:batches"),
    ),
    "moments": Target(lambda o: moment(_text(o)), (b"2026-11-25T08:00:00Z", b"25/Nov/2026:08:00:00 +0000"), ()),
    "settings": Target(
        lambda o: _in_folder("kenesh.toml", o, read_settings), (_settings(),), ("node/settings.py:read_settings",)
    ),
    "values asked after": Target(
        read_values,
        (b'{"values": ["evil.example", "198.51.100.7"]}',),
        ("doors/api/lookup.py:read_values",),
        lambda values: msgspec.json.encode({"values": values}),
    ),
    "what programs say of cases and in bodies": Target(
        _said_of_a_case,
        (
            b'{"name":"wiper","parties":["AZ"],"sectors":["energy"],"aware_at":"2026-11-25T13:00:00+05:00"}',
            b'{"title":"image","to":"AZ","due_at":"2026-11-26T08:00:00Z","tlp":"green","looked":true}',
            encoded({"status": "done", "evidence": [{"name": "disk.img", "sha256": "0" * 64, "octets": 24}]}),
            b'{"regime":"nis2","stage":"final","aware_at":"2026-11-25T08:00:00Z","outlook":"stable"}',
            b'{"body":"cert","name":"form","texts":[{"lang":"en","text":"one"}],"deadline":"2026-12-25T08:00:00Z"}',
            b'{"stance":"object","ground":"law","remedy":"none","amendment":"","statement":"ours"}',
        ),
        ("doors/api/sent.py:read_sent",),
    ),
    "pasted values": Target(
        lambda o: [recognise(v) for v in values_in(_text(o))], (PROSE,), ("doors/desk/asking.py:values_in",)
    ),
}

#: What reads nothing from outside, though its name says that it reads: what it is given was made here.
#: The last reads what this node itself sealed into its own store.
NOT_FROM_OUTSIDE: Final = frozenset({"holdings/feed.py:read_facts", "doors/accounts/codes.py:unseal"})
