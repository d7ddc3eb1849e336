"""Lines to TAXII servers that are no nodes of ours."""
