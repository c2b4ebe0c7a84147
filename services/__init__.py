"""The four services of the programme: intake, review, lifecycle and notify."""
