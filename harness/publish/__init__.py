"""From the matrix to what is published; everything here is pure but ``report``, which writes."""
