"""Making a bag: the workbench, the manifests, the two witnesses, the one rename."""
