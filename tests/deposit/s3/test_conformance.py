"""The shared suite against a real S3 server."""

import pytest

from preserve.testing.conformance import TargetConformance
from tests.deposit.s3.far import FarBucket

pytestmark = pytest.mark.server


class _InBucket(TargetConformance):
    @pytest.fixture
    def place(self, far: FarBucket) -> FarBucket:
        return far


class TestOneObject(_InBucket):
    forms = ("tar", "zip", "bag", "payload", "saf-zip", "eark")


class TestManyObjects(_InBucket):
    forms = ("bag",)


class TestOneObjectInParts(_InBucket):
    """The consignments are smaller than any part; each is sent as large ones are."""

    forms = ("tar",)

    @pytest.fixture
    def place(self, far: FarBucket) -> FarBucket:
        far.small = 0
        return far
