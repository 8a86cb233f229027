"""Real faults, in real processes: nothing measured is lost, and nothing wrong is published."""
