"""Two devices of one person edit the same record: different fields merge, the same field asks the person."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.chromium import Profile
from tests.support.stage import Stage, send_first, sign_in


def edit(page: Page, label: str, value: str) -> None:
    """Change one field of one's own data in the settings."""
    page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Simpan data diri").click()
    expect(page.get_by_text("dan segera dikirim").first).to_be_visible()


def test_different_fields_are_kept_and_the_same_field_is_chosen_by_the_person(
    stage: Stage, browser: Callable[..., Profile]
) -> None:
    phone, laptop = browser("hp"), browser("laptop", desk=True)
    on_phone, on_laptop = sign_in(phone, "penyuluh"), sign_in(laptop, "penyuluh")
    for profile in (phone, laptop):
        profile.open("/pengaturan")
    expect(on_phone.get_by_label("Nomor HP", exact=True)).to_be_visible()

    # Different fields, one device without network: both are kept on both.
    stage.network.cut()
    edit(on_phone, "Nomor HP", "081200001111")
    edit(on_laptop, "Email", "penyuluh@example.id")
    stage.network.restore()
    for page in (on_phone, on_laptop):
        expect(page.get_by_label("Nomor HP", exact=True)).to_have_value("081200001111", timeout=120_000)
        expect(page.get_by_label("Email", exact=True)).to_have_value("penyuluh@example.id", timeout=120_000)

    # The same field: nothing is overwritten, a card shows both values.
    stage.network.cut()
    edit(on_phone, "Nomor HP", "081200002222")
    edit(on_laptop, "Nomor HP", "081200003333")
    send_first(stage, laptop, phone)
    laptop.open("/pengaturan")
    choice = on_phone.get_by_role("link", name="Buka pilihan").first
    expect(choice).to_be_visible(timeout=60_000)
    choice.click()
    expect(on_phone.get_by_role("heading", level=1)).to_contain_text("Perlu Anda pilih")
    expect(on_phone.get_by_text("081200002222")).to_be_visible()
    expect(on_phone.get_by_text("081200003333")).to_be_visible()
    expect(on_laptop.get_by_label("Nomor HP", exact=True)).to_have_value("081200003333")

    # The choice reaches both devices.
    on_phone.get_by_role("radio", name="081200002222").check()
    on_phone.get_by_role("button", name="Simpan pilihan").click()
    expect(on_phone.get_by_text("Perlu Anda pilih (1)")).to_have_count(0)
    expect(on_laptop.get_by_label("Nomor HP", exact=True)).to_have_value("081200002222", timeout=60_000)
    phone.open("/pengaturan")
    expect(on_phone.get_by_label("Nomor HP", exact=True)).to_have_value("081200002222")
    assert phone.problems == []
    assert laptop.problems == []
