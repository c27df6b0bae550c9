"""What a description is: terms, values and their rules, the record and its XML."""
