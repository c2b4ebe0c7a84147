"""Lifecycle: a designated district's term, its yearly reports, its assessment, its title's fate (四（五）（六）)."""
