"""What each verb wires together: a module a verb, imported when it is said."""
