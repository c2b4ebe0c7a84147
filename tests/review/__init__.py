"""How a case is reviewed, as given, when, then."""
