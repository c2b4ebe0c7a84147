"""Many clients at work while parts die, hang, lose each other and fill up; then the history is judged.

``python -m tests.faults --seconds 60 --seed 1`` (``make faults``).
"""
