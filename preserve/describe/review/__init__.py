"""A description under review: what programs propose, what a person decides, and the next state of the record."""
