"""Feedback in five levels: given by those who were served, answered by the province."""
