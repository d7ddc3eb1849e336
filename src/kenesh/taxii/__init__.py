"""TAXII 2.1 as pure values: resources, filters, paging, media types. No socket, no store."""
