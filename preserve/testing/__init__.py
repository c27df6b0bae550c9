"""What every deposit target is held to, for those who write one: consignments, a journal, faults, and the suite.

``preserve.testing.conformance`` needs pytest; the rest needs nothing but preserve.
"""
