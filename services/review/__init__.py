"""Review: the province's examination of an application, from its receipt to the approval or not yet (四（四））."""
