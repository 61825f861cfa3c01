"""Endpoints come from anybody: none may lead inside."""

from __future__ import annotations

import pytest

from backend.notifications.endpoints import check_endpoint, is_public
from sync.errors import Refusal


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:DEF",
        "https://updates.push.services.mozilla.com:443/wpush/v2/x",
        "https://web.push.apple.com/QGh",
        "https://8.8.8.8/x",
    ],
)
def test_public_endpoints_pass(endpoint: str) -> None:
    assert check_endpoint(endpoint, private=False) == endpoint


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://localhost/x",
        "https://a.localhost/x",
        "https://db.internal/x",
        "https://printer.local/x",
        "https://intranet/x",
        "https://127.0.0.1/x",
        "https://127.1/x",
        "https://2130706433/x",
        "https://0x7f000001/x",
        "https://0/x",
        "https://10.1.2.3/x",
        "https://172.16.0.1/x",
        "https://192.168.1.1/x",
        "https://169.254.169.254/latest",
        "https://100.64.0.1/x",
        "https://0.0.0.0/x",
        "https://224.0.0.1/x",
        "https://[::1]/x",
        "https://[::]/x",
        "https://[fe80::1]/x",
        "https://[fd00::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://[64:ff9b::7f00:1]/x",
        "https://[2002:7f00:1::]/x",
        "https://user@fcm.googleapis.com/x",
        "https://fcm.googleapis.com/x#y",
        "https://fcm.googleapis.com:99999/x",
        "https://[::1/x",
        "javascript:alert(1)",
        "",
    ],
)
def test_others_are_refused(endpoint: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_endpoint(endpoint, private=False)
    assert refused.value.code == "invalid"


@pytest.mark.parametrize(("address", "public"), [("1.1.1.1", True), ("2606:4700::1111", True), ("fe80::1%eth0", False)])
def test_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public
