"""All that a browser may ever know of an entry."""
