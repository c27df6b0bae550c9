"""What is sent of a package: its files as they are, in one archive file, or in another system's layout."""

from preserve.workflows.depositing.consignments.consigning import Consigned, consign
from preserve.workflows.depositing.consignments.labels import label_of

__all__ = ["Consigned", "consign", "label_of"]
