"""What one attribute says: the comparisons of a pattern that finds it, and the observables that it is. A table.

Source: MISP core format, attribute types; STIX 2.1 §6 and §9. Paths and ids are those that misp-stix gives too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kenesh.watch.forms import ascii_lower

#: (object path, constant): all of them hold for one and the same object.
Tests = tuple[tuple[str, str | int], ...]
Observable = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an attribute says; of what STIX has no observable for, there is none."""

    tests: Tests
    observables: tuple[Observable, ...] = ()


def literal(constant: str | int) -> str:
    """Source: STIX 2.1 §9.6: a backslash and an apostrophe are escaped, and nothing else is."""
    if isinstance(constant, int):
        return str(constant)
    return "'" + constant.replace("\\", "\\\\").replace("'", "\\'") + "'"


def pattern_of(tests: Tests) -> str:
    """One observation for which every comparison holds."""
    return "[" + " AND ".join([f"{path} = {literal(constant)}" for path, constant in tests]) + "]"


def meaning(kind: str, value: str, uuid: str) -> Meaning | None:
    """What an attribute of that type means; None where STIX has no words for it, or the value is none of that type."""
    reading = _READINGS.get(kind)
    return reading(value, uuid) if reading is not None and value else None


def address_type(value: str) -> str:
    """Whether an address or network is of version 4 or 6."""
    return "ipv6-addr" if ":" in value else "ipv4-addr"


def named(stix_type: str, key: str) -> Callable[[str, str], Meaning]:
    """An observable with one property that says all."""

    def read(value: str, uuid: str) -> Meaning:
        return Meaning(
            ((f"{stix_type}:{key}", value),), ({"type": stix_type, "id": f"{stix_type}--{uuid}", key: value},)
        )

    return read


#: Hash algorithms by MISP's name: by STIX's where it has one (§10.7), else in capitals.
HASHES: Final[Mapping[str, str]] = {
    "md5": "MD5",
    "sha1": "SHA-1",
    "sha256": "SHA-256",
    "sha512": "SHA-512",
    "sha3-256": "SHA3-256",
    "sha3-512": "SHA3-512",
    "ssdeep": "SSDEEP",
    "tlsh": "TLSH",
    "sha224": "SHA-224",
    "sha384": "SHA-384",
    "sha512/224": "SHA-512/224",
    "sha512/256": "SHA-512/256",
    "sha3-224": "SHA3-224",
    "sha3-384": "SHA3-384",
    "imphash": "IMPHASH",
    "authentihash": "AUTHENTIHASH",
    "vhash": "VHASH",
    "pehash": "PEHASH",
    "impfuzzy": "IMPFUZZY",
    "telfhash": "TELFHASH",
    "cdhash": "CDHASH",
}


def hash_path(stix_type: str, name: str) -> str:
    """The path of a hash; what is no plain word stands in quotes."""
    return f"{stix_type}:hashes.{name}" if name.isalnum() else f"{stix_type}:hashes.'{name}'"


def _hashed(stix_type: str, name: str) -> Callable[[str, str], Meaning]:
    path = hash_path(stix_type, name)

    def read(value: str, uuid: str) -> Meaning:
        observable = {"type": stix_type, "id": f"{stix_type}--{uuid}", "hashes": {name: value}}
        return Meaning(((path, value),), (observable,))

    return read


def _file_and_hash(name: str) -> Callable[[str, str], Meaning | None]:
    path = hash_path("file", name)

    def read(value: str, uuid: str) -> Meaning | None:
        file_name, bar, digest = value.rpartition("|")
        if not bar or not file_name or not digest:
            return None
        observable = {"type": "file", "id": f"file--{uuid}", "hashes": {name: digest}, "name": file_name}
        return Meaning((("file:name", file_name), (path, digest)), (observable,))

    return read


def _address(end: str, *, with_port: bool) -> Callable[[str, str], Meaning | None]:
    """An address at one end of traffic; MISP says the end, and not the protocol above."""

    def read(value: str, uuid: str) -> Meaning | None:
        address, bar, port = value.partition("|")
        if bool(bar) != with_port or (bar and not port.isdecimal()):
            return None
        kind = address_type(address)
        ref = f"{kind}--{uuid}"
        traffic: Observable = {"type": "network-traffic", "id": f"network-traffic--{uuid}", f"{end}_ref": ref}
        traffic |= {f"{end}_port": int(port)} if bar else {}
        base = f"network-traffic:{end}"
        tests: Tests = ((f"{base}_ref.type", kind), (f"{base}_ref.value", address))
        return Meaning(
            (*tests, (f"{base}_port", int(port))) if bar else tests,
            (traffic | {"protocols": [kind[:4]]}, {"type": kind, "id": ref, "value": address}),
        )

    return read


def _domain_and_address(value: str, uuid: str) -> Meaning | None:
    domain, _, address = value.partition("|")
    if not domain or not address:
        return None
    kind = address_type(address)
    ref = f"{kind}--{uuid}"
    name = {"type": "domain-name", "id": f"domain-name--{uuid}", "value": domain, "resolves_to_refs": [ref]}
    tests: Tests = (("domain-name:value", domain), ("domain-name:resolves_to_refs[*].value", address))
    return Meaning(tests, (name, {"type": kind, "id": ref, "value": address}))


def _host_and_port(value: str, uuid: str) -> Meaning | None:
    host, _, port = value.partition("|")
    if not host or not port.isdecimal():
        return None
    name = {"type": "domain-name", "id": f"domain-name--{uuid}", "value": host}
    traffic = {
        "type": "network-traffic",
        "id": f"network-traffic--{uuid}",
        "dst_ref": name["id"],
        "dst_port": int(port),
        "protocols": ["tcp"],
    }
    return Meaning((("domain-name:value", host), ("network-traffic:dst_port", int(port))), (name, traffic))


def _registry_value(value: str, uuid: str) -> Meaning | None:
    key, bar, data = value.partition("|")
    if not key or not bar:
        return None
    observable: Observable = {"type": "windows-registry-key", "id": f"windows-registry-key--{uuid}", "key": key}
    observable |= {"values": [{"data": data}]}
    path = "windows-registry-key"
    return Meaning(((f"{path}:key", key), (f"{path}:values[*].data", data)), (observable,))


def _message(path: str, properties: Callable[[str, str], Observable]) -> Callable[[str, str], Meaning]:
    """Something about a message. Where it is one of its addresses, the address is an observable of its own."""

    def read(value: str, uuid: str) -> Meaning:
        said = properties(value, f"email-addr--{uuid}")
        message = {"type": "email-message", "id": f"email-message--{uuid}", "is_multipart": False} | said
        about = [{"type": "email-addr", "id": f"email-addr--{uuid}", "value": value}] if "_ref" in path else []
        return Meaning(((path, value),), (message, *about))

    return read


def _system(value: str, uuid: str) -> Meaning | None:
    number = ascii_lower(value.strip()).removeprefix("as")
    if not number.isdecimal() or len(number) > 10:
        return None
    system = {"type": "autonomous-system", "id": f"autonomous-system--{uuid}", "number": int(number)}
    return Meaning((("autonomous-system:number", int(number)),), (system,))


def _number(path: str) -> Callable[[str, str], Meaning | None]:
    return lambda value, uuid: Meaning(((path, int(value)),)) if value.isdecimal() and len(value) < 16 else None


def _only(path: str) -> Callable[[str, str], Meaning]:
    return lambda value, uuid: Meaning(((path, value),))


def _account(value: str, uuid: str) -> Meaning:
    account = {"account_type": "github", "account_login": value}
    tests = tuple((f"user-account:{key}", item) for key, item in account.items())
    return Meaning(tests, ({"type": "user-account", "id": f"user-account--{uuid}"} | account,))


_HTTP: Final = "network-traffic:extensions.'http-request-ext'"
_READINGS: Final[Mapping[str, Callable[[str, str], Meaning | None]]] = {
    **{name: named("domain-name", "value") for name in ("domain", "hostname")},
    **{name: named("url", "value") for name in ("url", "uri", "link")},
    **{name: named("file", "name") for name in ("filename", "attachment")},
    **{name: named("email-addr", "value") for name in ("email", "target-email")},
    "mac-address": named("mac-addr", "value"),
    "mutex": named("mutex", "name"),
    "regkey": named("windows-registry-key", "key"),
    "regkey|value": _registry_value,
    **{name: _hashed("file", algorithm) for name, algorithm in HASHES.items()},
    **{f"filename|{name}": _file_and_hash(algorithm) for name, algorithm in HASHES.items()},
    "malware-sample": _file_and_hash("MD5"),
    **{f"x509-fingerprint-{name}": _hashed("x509-certificate", HASHES[name]) for name in ("md5", "sha1", "sha256")},
    **{f"ip-{end}": _address(end, with_port=False) for end in ("src", "dst")},
    **{f"ip-{end}|port": _address(end, with_port=True) for end in ("src", "dst")},
    "domain|ip": _domain_and_address,
    "hostname|port": _host_and_port,
    "email-src": _message("email-message:from_ref.value", lambda value, ref: {"from_ref": ref}),
    "email-dst": _message("email-message:to_refs[*].value", lambda value, ref: {"to_refs": [ref]}),
    "email-subject": _message("email-message:subject", lambda value, ref: {"subject": value}),
    "email-body": _message("email-message:body", lambda value, ref: {"body": value}),
    "email-message-id": _message("email-message:message_id", lambda value, ref: {"message_id": value}),
    "email-attachment": _only("email-message:body_multipart[*].body_raw_ref.name"),
    "AS": _system,
    "port": _number("network-traffic:dst_port"),
    "size-in-bytes": _number("file:size"),
    "user-agent": _only(f"{_HTTP}.request_header.'User-Agent'"),
    "http-method": _only(f"{_HTTP}.request_method"),
    "github-username": _account,
}

#: The types that STIX has words for.
TYPES: Final = tuple(_READINGS)

#: Attributes that are patterns of another language, word for word (STIX 2.1 §10.16).
LANGUAGES: Final[Mapping[str, str]] = {
    "yara": "yara",
    "sigma": "sigma",
    "snort": "snort",
    "suricata": "suricata",
    "stix2-pattern": "stix",
}
