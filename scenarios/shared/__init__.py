"""What the scenarios share; part of the hash of each of them."""
