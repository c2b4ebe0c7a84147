"""What pages ask of the portal's read models, each only of the cases that a person may see."""
