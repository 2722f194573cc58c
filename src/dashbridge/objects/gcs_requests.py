"""Single requests to a bucket through Google's client: blocking, never repeated here, checked by CRC32C."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import google_crc32c
from google.cloud.storage import Blob, Client

from dashbridge.objects.gcs_failures import Corrupted

TOKEN = "dashbridge-write"  # noqa: S105 - the name of a metadata entry
_CHUNK = 8 << 20  # also the most that the client sends in one request
_FIELDS = "items(name,generation,size,timeCreated),nextPageToken"


class BucketRequests:
    """Requests about the objects of one bucket. Each raises what the client raises, or Corrupted."""

    def __init__(self, bucket: str, *, connect_s: float, read_s: float) -> None:
        self._client = Client()
        self._bucket = self._client.bucket(bucket)
        self._timeout = (connect_s, read_s)

    def upload(self, name: str, data: bytes, content_type: str, generation: int, token: str) -> Blob:
        """Write an object over `generation` (0: only if absent), marked with `token`."""
        blob = self._bucket.blob(name, chunk_size=_CHUNK)
        blob.metadata = {TOKEN: token}
        checksum = crc32c_of(data)
        blob.upload_from_string(
            data,
            content_type=content_type,
            if_generation_match=generation,
            # Both send the checksum along, so that the server refuses changed bytes: the first does it where several
            # requests are made, the second where one is. In several, the second would remove what is there afterwards.
            crc32c_checksum_value=checksum,
            checksum="crc32c" if len(data) <= _CHUNK else None,
            timeout=self._timeout,
            retry=None,
        )
        if blob.crc32c != checksum or blob.size != len(data):
            raise Corrupted
        return blob

    def download(self, name: str) -> tuple[bytes, int]:
        """An object's bytes and generation."""
        blob = self._bucket.blob(name)
        data: bytes = blob.download_as_bytes(raw_download=True, checksum=None, timeout=self._timeout, retry=None)
        if blob.generation is None or blob.crc32c != crc32c_of(data):
            raise Corrupted
        return data, int(blob.generation)

    def look(self, name: str) -> Blob:
        """An object without its bytes."""
        blob = self._bucket.blob(name)
        blob.reload(timeout=self._timeout, retry=None)
        return blob

    def remove(self, name: str, generation: int) -> None:
        """Remove this generation of an object."""
        self._bucket.blob(name).delete(if_generation_match=generation, timeout=self._timeout, retry=None)

    def page(self, prefix: str, token: str | None, size: int) -> tuple[Sequence[Blob], str | None]:
        """Up to `size` objects in the order of their names, and the token of the next page."""
        found = self._client.list_blobs(
            self._bucket,
            prefix=prefix,
            page_token=token,
            page_size=size,
            fields=_FIELDS,
            timeout=self._timeout,
            retry=None,
        )
        return [*next(found.pages)], found.next_page_token

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def crc32c_of(data: bytes) -> str:
    """The checksum as Google writes it: base64 of four bytes, the highest first."""
    return base64.b64encode(int(google_crc32c.value(data)).to_bytes(4, "big")).decode("ascii")
