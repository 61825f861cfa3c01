"""Every setting of the server, with a safe default and what it means.

Read from the environment: ``DATABASE_URL`` and ``PORT`` as they are, all others with the prefix ``SAMBUNG_``.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """The settings of one server process."""

    model_config = SettingsConfigDict(env_prefix="SAMBUNG_", extra="ignore")

    database_url: str = Field(
        "sqlite:///sambung.sqlite3",
        validation_alias=AliasChoices("DATABASE_URL", "SAMBUNG_DATABASE_URL"),
        description="SQLite file or PostgreSQL server.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on; a proxy with TLS stands before it.")
    port: int = Field(8000, validation_alias=AliasChoices("PORT", "SAMBUNG_PORT"), description="Port to listen on.")
    workers: int = Field(1, ge=1, description="Server processes; more than one needs PostgreSQL.")
    public_url: str = Field(
        "http://127.0.0.1:8000", description="The address that people type; its origin is the only one that may write."
    )
    environment: Literal["production", "development", "demo"] = Field(
        "production", description="Development and demo show GraphQL introspection; demo has demo accounts."
    )
    keys_file: Path = Field(
        Path("sambung-keys.json"), description="Secrets made by `sambung keys`; never in the database or its backups."
    )
    data_dir: Path = Field(Path("data"), description="Uploaded files, encrypted; with a bucket only those arriving.")
    bucket: str = Field("", description="Keep whole files in this S3 bucket; empty: in the data folder.")
    bucket_endpoint: str = Field("", description="Address of the S3-compatible service; empty: Amazon's own.")
    bucket_region: str = Field("us-east-1", description="Region of the bucket.")
    bucket_access_key: str = Field("", description="Access key; empty: from the machine's AWS environment.")
    bucket_secret_key: str = Field("", description="Secret of the access key.", repr=False)
    bucket_prefix: str = Field("", description="Folder in the bucket, if several installations share it.")
    pwa_dir: Path = Field(ROOT / "pwa" / "dist", description="The built app.")
    session_days: int = Field(60, ge=1, description="A device session slides this many days after its last use.")
    minimum_app_version: str = Field("0.0.0", description="Older apps are told `update_needed`; nothing is dropped.")
    batch_bytes: int = Field(512 * 1024, description="Largest inflated batch, in bytes.")
    request_bytes: int = Field(1024 * 1024, description="Largest inflated request body, in bytes (uploads apart).")
    upload_bytes: int = Field(10_000_000, description="Largest uploaded file, in bytes.")
    upload_day_bytes: int = Field(2_000_000_000, description="Bytes of files that one account sends within 24 hours.")
    requests_at_once: int = Field(
        64,
        ge=1,
        description="GraphQL requests that one process works on at the same time; beyond, the answer is 503 with "
        "Retry-After, before any work. Open live streams do not count.",
    )
    ratings_per_minute: int = Field(
        240, ge=1, description="Ratings that one address may send a minute; a whole hall may share one address."
    )
    push_contact: str = Field("mailto:admin@example.id", description="VAPID contact that push services may write to.")
    push_private_endpoints: bool = Field(
        False, description="Allow push endpoints on loopback and private addresses (tests and demo only)."
    )
    push_seconds: float = Field(10.0, description="Time-out of one delivery to a push service, in seconds.")
    trusted_proxies: str = Field(
        "",
        description="Addresses or networks (comma-separated, CIDR allowed) of the proxies before this server, whose "
        "X-Forwarded-For and X-Forwarded-Proto are believed. Empty: nobody's, so that nobody can invent an address; "
        "behind a proxy all people then share one address and one brake on guessing.",
    )
    metrics_token: str = Field(
        "",
        description="Who brings `Authorization: Bearer TOKEN` may read /metrics. Empty: only who asks directly from "
        "this machine or a private network, never through a proxy.",
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    background: bool = Field(True, description="Run timers and deliveries inside this process.")

    @property
    def secure_cookies(self) -> bool:
        """Whether the session cookie carries the ``__Host-`` prefix (everywhere but on plain loopback HTTP)."""
        return self.public_url.startswith("https://")

    @property
    def shows_schema(self) -> bool:
        """Whether GraphQL introspection and suggestions are on."""
        return self.environment != "production"


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
