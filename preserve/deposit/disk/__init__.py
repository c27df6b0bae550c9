"""Targets that are folders of this machine: a mounted drive is known again, links are not followed, disks are read."""
