"""What there may be once only over all cases: a read model of who holds it, and looking it up for a command."""
