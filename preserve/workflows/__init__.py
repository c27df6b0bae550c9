"""The steps in their order, and the record of what they did: what a command asks for is done here.

``ingesting``   what arrives becomes sealed packages
``moving``      sources that are removed once their packages are safe
``reviewing``   descriptions that are looked at and changed

What is beside these rooms is about all packages: the archive itself, its record, its agreement and its repair.
"""
