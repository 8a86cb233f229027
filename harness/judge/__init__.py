"""From observations to answers, cells and intervals; everything here is pure."""
