"""Far ends that are reached by SSH: logging in, what lies there, its digests; for the targets sftp and rsync."""
