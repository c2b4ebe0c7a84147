"""A room of two numbers and a test of one, for the test of the tool."""
