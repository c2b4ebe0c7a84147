"""The expert's desk: assigned cases, the declaration that comes first, the blind score sheet, the site visit."""
