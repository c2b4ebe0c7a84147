"""The five services of the programme: intake, review, lifecycle, notify and office."""
