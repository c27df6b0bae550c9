"""What a package is about: its Dublin Core record, what people supplied for it and what programs propose."""
