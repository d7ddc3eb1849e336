"""The ground floor: identifiers, instants, canonical JSON, hash trees, and the one kind of error."""
