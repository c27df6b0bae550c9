"""Handing packages over to repositories, with a receipt.

A deposit goes through this folder in this order::

    configured   [targets.NAME] with its kind and credentials  →  Configured
    deciding     what former deposits of it mean (stages has the table)  →  Going, or what there is to say
    preparing    it is read whole; consignments say what is sent of it  →  Work
    sending      a journal is opened (deposit.journal: Entry, Story) …
    driving      … and the target looks, sends, confirms, verifies  →  Driven, then Done
    recording    the history is told
    results      what a person is told  →  Deposited

``standing`` tells what needs a person, ``proving`` whether journals, receipts and history hold each other, ``ending``
ends what is not waited for any more.
"""
