"""What people supply about documents: tables and folders of metadata, and what in them is about what."""
