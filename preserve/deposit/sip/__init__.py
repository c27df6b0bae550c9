"""What other repositories take packages in as: DSpace's Simple Archive Format, the E-ARK SIP.  No file is read here."""
