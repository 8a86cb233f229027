"""From installed releases to observations: plan, run the workers, read what they say."""
