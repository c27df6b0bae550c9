"""What a package is about: the description that people give, what programs propose, and how both are written.

``record``      a description: its terms, values and rules, and its XML
``supplied``    what people supply: tables and folders of metadata, and which document each row is about
``proposals``   what programs derive from a text, each with the bytes that it came from
``likeness``    texts that are the same but for their encoding, layout or page
``review``      what a person decides about proposals, and the next state of the record
``crosswalks``  a description in the words of others
"""
