"""The plain bag, which nearly all are: every manifest lists the very files that are there, in one order, name for name.

It is judged in flat memory and by several processes.  Whatever is not plain is left to ``preserve.bag.judge``, who
knows all the cases and holds every path in memory; what was read until then is not read again.
"""
