"""Cities and the province up to the decision: the queue, the page of a case, and each act of its review."""
