"""One S3 server for all tests here; each test has a bucket of its own."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deposit.s3.far import FarBucket
from tests.deposit.servers import ceph


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ceph.Ceph]:
    with ceph.running(tmp_path_factory.mktemp("ceph")) as found:
        yield found


@pytest.fixture
def far(cluster: ceph.Ceph, tmp_path: Path) -> Iterator[FarBucket]:
    made = FarBucket(cluster, f"test-{uuid.uuid4().hex[:12]}", tmp_path)
    made.make()
    yield made
    made.client.close()
