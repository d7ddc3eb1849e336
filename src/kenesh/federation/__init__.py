"""Acts between nodes: admit a peer, form a body, release, withdraw, and read what peers released."""
