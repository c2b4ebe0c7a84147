"""The tasks that measure other libraries, each set up as its own documents recommend. They run in ``.venv-bench``."""
