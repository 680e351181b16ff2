"""Use cases of records: contents written by the import, pages and originals read through a chart."""
