"""The record of a node's acts: salted entries under a Merkle tree (RFC 9162)."""
