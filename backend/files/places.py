"""Where this installation keeps its files, as its settings say."""

from __future__ import annotations

from backend.files.storage import Storage
from backend.files.stores import BucketStore, Store
from backend.keys import Keys
from backend.settings import Settings


def storage_of(settings: Settings, keys: Keys) -> Storage:
    """The storage of the settings; what arrives always lies on this machine first."""
    return Storage(settings.data_dir, keys.derive("seal", "files"), bucket_of(settings))


def bucket_of(settings: Settings) -> Store | None:
    """The bucket, or ``None`` if whole files lie in the data folder."""
    if not settings.bucket:
        return None
    return BucketStore(
        settings.bucket,
        endpoint=settings.bucket_endpoint,
        region=settings.bucket_region,
        access_key=settings.bucket_access_key,
        secret_key=settings.bucket_secret_key,
        prefix=settings.bucket_prefix,
    )
