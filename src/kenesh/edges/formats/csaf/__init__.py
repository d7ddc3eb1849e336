"""CSAF 2.0 advisories, made STIX 2.1: checked by the standard's mandatory tests first, the document itself kept."""
