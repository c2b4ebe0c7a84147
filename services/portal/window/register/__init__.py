"""The public register: searched, filtered, as of a day, as tiles, as a table, and as files of what is shown."""
