"""What this node holds: versions, grants, collections, ingest. Hands out only `Released`."""
