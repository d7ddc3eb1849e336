"""Accept and Content-Type, as clients in the field send them."""

from __future__ import annotations

import pytest

from kenesh.taxii.media import MEDIA_TYPE, accepts, reads_content_encoding, reads_content_type


@pytest.mark.clause("TAXII 2.1 §3.1")
def test_the_media_type_of_taxii_2_1_is_always_acceptable() -> None:
    """T09."""
    assert accepts("application/taxii+json;version=2.1")
    assert accepts(MEDIA_TYPE)


@pytest.mark.clause("TAXII 2.1 §3.1")
def test_the_media_type_without_a_version_is_acceptable() -> None:
    """T10."""
    assert accepts("application/taxii+json")


@pytest.mark.clause("TAXII 2.1 §3.1")
@pytest.mark.parametrize(
    "header",
    [
        "application/json",
        "application/vnd.oasis.taxii+json; version=2.0",
        "application/stix+json;version=2.1",
        "text/html",
        "taxii",
    ],
)
def test_only_other_media_types_are_not_acceptable(header: str) -> None:
    """T11: may be satisfied or refused; it is refused."""
    assert not accepts(header)


@pytest.mark.clause("TAXII 2.1 §3.1")
def test_another_version_alone_is_not_acceptable() -> None:
    """T11."""
    assert not accepts("application/taxii+json;version=2.0")
    assert not accepts("application/taxii+json; version=3.0, application/taxii+json;version=2.0")


@pytest.mark.clause("TAXII 2.1 §3.1")
@pytest.mark.parametrize(
    "header",
    [
        "*/*",
        "application/*",
        "application/taxii+json; version=2.1",
        "application/taxii+json ; version = 2.1",
        "Application/TAXII+JSON;Version=2.1",
        'application/taxii+json;version="2.1"',
        'application/taxii+json;version="2\\.1"',
        "application/taxii+json;version=2.1,application/stix+json;version=2.1",
        "text/html, application/xhtml+xml, */*;q=0.8",
        "application/json;q=0.9,\tapplication/taxii+json;version=2.1;q=0.1",
        "application/taxii+json;version=2.1; charset=utf-8",
        "application/taxii+json;version=2.0, application/taxii+json;version=2.1",
        "application/taxii+json;version=2.0, */*;q=0.1",
        ",, application/taxii+json;version=2.1 ,",
        "application/taxii+json;version=2.1;q=high",
    ],
)
def test_ranges_wildcards_weights_and_spaces_are_read(header: str) -> None:
    """T13: RFC 7231's negotiation; the third from the end is a client that speaks both versions."""
    assert accepts(header)


@pytest.mark.clause("TAXII 2.1 §3.1")
@pytest.mark.parametrize(
    "header",
    [
        "application/taxii+json;version=2.1;q=0",
        "*/*;q=0",
        "application/taxii+json;version=2.1;q=0.000, */*",
        "application/taxii+json;q=0, application/*;q=1",
        "application/*;q=0, */*",
        'text/plain;x="application/taxii+json,*/*"',
        "*/*;version=2.0",
    ],
)
def test_the_most_specific_range_decides_and_a_weight_of_zero_refuses(header: str) -> None:
    """T13."""
    assert not accepts(header)


@pytest.mark.clause("TAXII 2.1 §3.1")
def test_the_exact_version_counts_more_than_the_bare_type() -> None:
    """T13."""
    assert accepts("application/taxii+json;q=0, application/taxii+json;version=2.1")


@pytest.mark.clause("TAXII 2.1 §3.1")
@pytest.mark.parametrize("header", [None, "", "  "])
def test_a_missing_accept_is_tolerated(header: str | None) -> None:
    """T14, decided: RFC 7231 reads it as anything."""
    assert accepts(header)


@pytest.mark.clause("TAXII 2.1 §5.5")
@pytest.mark.parametrize(
    "header",
    [
        "application/taxii+json;version=2.1",
        "application/taxii+json; version=2.1",
        "application/taxii+json",
        "application/taxii+json;version=2.1;charset=UTF-8",
    ],
)
def test_a_taxii_body_is_read(header: str) -> None:
    """T12."""
    assert reads_content_type(header)


@pytest.mark.clause("TAXII 2.1 §5.5")
@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "application/json",
        "*/*",
        "application/taxii+json;version=2.0",
        "application/stix+json;version=2.1",
        "application/taxii+json;version=2.1, application/json",
        "application/taxii+json;version=2.1;charset=latin-1",
    ],
)
def test_a_body_of_another_or_of_no_type_is_not_read(header: str | None) -> None:
    """T12, T14: decided for refusal; a missing type too."""
    assert not reads_content_type(header)


@pytest.mark.parametrize(
    ("header", "is_read"),
    [(None, True), ("", True), ("identity", True), (" Identity ", True), ("gzip", False), ("identity, gzip", False)],
)
def test_a_body_is_read_as_it_is_alone(header: str | None, is_read: bool) -> None:
    assert reads_content_encoding(header) is is_read
