"""``python -m tests.requirements``: run the tests that the requirements name, and write ``docs/programme.md``.

Exits with 1 where one is not shown; the page then stays as it was. With ``--check`` nothing is written, and a page that
says something else is a failure as well.
"""

from __future__ import annotations

import sys

from tests.requirements.reading import requirements
from tests.requirements.running import run
from tests.requirements.table import DOCUMENT, NotShownError, page


def main() -> int:
    """Write the page, or compare it."""
    listed = requirements()
    try:
        text = page(listed, run(test for requirement in listed for test in requirement.tests))
    except NotShownError as error:
        print(error, file=sys.stderr)
        return 1
    if "--check" not in sys.argv:
        DOCUMENT.write_text(text, encoding="utf-8")
    elif DOCUMENT.read_text(encoding="utf-8") != text:
        print(f"{DOCUMENT.name} says something else: `make programme` writes it", file=sys.stderr)
        return 1
    print(f"{len(listed)} requirements, each shown")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
