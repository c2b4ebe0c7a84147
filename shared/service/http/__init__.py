"""Requests and answers: reading strictly, problems, limits of connections, the API's document."""
