"""PREMIS 3 XML: the objects of a package, what happened to them, and who did it."""
