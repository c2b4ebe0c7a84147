"""Intake: two applicants, one packet, three seals, one way to the province (四（一）（三）)."""
