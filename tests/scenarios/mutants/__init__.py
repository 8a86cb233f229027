"""What each planted release must be called: the table that ``test_mutants.py`` goes through."""
