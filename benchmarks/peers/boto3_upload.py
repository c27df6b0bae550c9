"""What everybody does: ``boto3_upload.py URL BUCKET KEY FILE``, with the keys in ``ACCESS_KEY`` and ``SECRET_KEY``."""

from __future__ import annotations

import os
import sys

import boto3
from botocore.config import Config

plain = Config(
    request_checksum_calculation="when_required",  # Ceph does not take others
    response_checksum_validation="when_required",
    s3={"addressing_style": "path"},
)
session = boto3.session.Session(os.environ["ACCESS_KEY"], os.environ["SECRET_KEY"], region_name="us-east-1")
client = session.client("s3", endpoint_url=sys.argv[1], config=plain)
client.upload_file(sys.argv[4], sys.argv[2], sys.argv[3])
