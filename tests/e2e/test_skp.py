"""A plan on three devices: its employee's phone and laptop, and the phone of the head who approves it.

Two of them are without network for a while; edits meet on one RHK, an approval races an edit, and one edit comes after
the lock. Nothing is lost, everybody is asked what is theirs to decide, and all end with the same plan.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.chromium import Profile
from tests.support.phone import Phone
from tests.support.plans import YEAR, head_in_force, plan_of, step
from tests.support.stage import Stage, on_phone, pulled, records_of, send_first, sign_in

LATE = 30_000
SUPERIOR_RHK = "Produksi padi petani naik"
FIRST = "Petani binaan memakai benih unggul"
ON_PHONE = "Petani binaan memakai benih unggul bersertifikat"
ON_LAPTOP = "Kelompok tani memakai benih unggul"
EXTRA = "Laporan hama mingguan tersusun lengkap"
RESUBMITTED = "Petani binaan di dua kecamatan memakai benih unggul"
TOO_LATE = "Petani binaan di tiga kecamatan memakai benih unggul"


def write_result(page: Page, text: str, *, begins: bool = True, superior: bool = False, target: str = "") -> None:
    """Fill in the page of an RHK that is open and save it; ends on the plan."""
    page.get_by_label("Rencana hasil kerja").fill(text)
    if superior:
        page.get_by_label("RHK pimpinan yang diintervensi").select_option(label=SUPERIOR_RHK)
    if target:
        if begins:
            page.get_by_role("button", name="Tambah indikator").click()
            page.get_by_role("textbox", name=re.compile("^Indikator")).fill("Jumlah petani")
        page.get_by_role("textbox", name=re.compile("^Target")).fill(target)
    page.get_by_role("button", name="Simpan RHK").click()
    expect(page.get_by_role("heading", name="A. UTAMA")).to_be_visible()


def edit_result(page: Page, shown: str, text: str) -> None:
    """Open the RHK with this text and write another."""
    page.get_by_role("link", name=shown).click()
    write_result(page, text)


def submit(page: Page) -> None:
    """Hand the plan in, as it is shown."""
    page.get_by_role("button", name="Ajukan ke atasan").click()
    page.get_by_role("dialog").get_by_role("button", name="Ajukan ke atasan").click()


def show_plan(profile: Profile, path: str) -> Page:
    """Open a plan."""
    page = profile.open(path)
    expect(page.get_by_role("heading", name="A. UTAMA")).to_be_visible(timeout=LATE)
    return page


def test_three_devices_end_with_the_same_plan_and_nothing_is_lost(
    stage: Stage, browser: Callable[..., Profile]
) -> None:
    """Acceptance 4, 5 and 6 in real browsers."""
    head_in_force(stage, SUPERIOR_RHK)
    hp, laptop, head = browser("hp"), browser("laptop", desk=True), browser("kepala")
    phone = sign_in(hp, "penyuluh")
    phone.get_by_role("link", name="SKP", exact=True).first.click()
    phone.get_by_role("button", name=f"Susun SKP {YEAR}").click()
    phone.get_by_role("link", name="Tambah RHK", exact=True).click()
    write_result(phone, FIRST, superior=True, target="40")
    plan = "/" + phone.url.split("/", 3)[3]
    desk = sign_in(laptop, "penyuluh")
    desk = show_plan(laptop, plan)
    expect(desk.get_by_role("link", name=FIRST)).to_be_visible(timeout=LATE)

    # Without network the phone writes on one RHK and begins another; the laptop writes on the same one.
    stage.network.cut()
    phone = show_plan(hp, plan)
    edit_result(phone, FIRST, ON_PHONE)
    phone.get_by_role("link", name="Tambah RHK tambahan").click()
    write_result(phone, EXTRA, target="52")
    desk.get_by_role("link", name=FIRST).click()
    write_result(desk, ON_LAPTOP, begins=False, target="60")
    send_first(stage, laptop, hp)

    # What does not meet is kept from both; the same text is shown twice, and its author chooses.
    expect(phone.get_by_role("link", name="Buka pilihan").first).to_be_visible(timeout=LATE)
    phone.get_by_role("link", name="Buka pilihan").first.click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Perlu Anda pilih: RHK")
    expect(phone.get_by_role("radio", name=ON_LAPTOP)).to_be_visible()
    phone.get_by_role("radio", name=ON_PHONE).check()
    phone.get_by_role("button", name="Simpan pilihan").click()
    desk = show_plan(laptop, plan)
    for page in (desk, show_plan(hp, plan)):
        expect(page.get_by_role("link", name=ON_PHONE)).to_be_visible(timeout=LATE)
        expect(page.get_by_role("link", name=EXTRA)).to_be_visible(timeout=LATE)

    # The head reads version 1 and approves it without network, while the employee takes it back and changes it.
    submit(desk)
    expect(desk.get_by_text("Diajukan, menunggu atasan")).to_be_visible(timeout=LATE)
    boss = sign_in(head, "kepala_distan")
    pulled(boss)
    boss = show_plan(head, plan)
    expect(boss.get_by_role("button", name="Setujui", exact=True)).to_be_visible(timeout=LATE)
    expect(boss.get_by_text("60")).to_be_visible()
    stage.network.cut()
    boss.get_by_role("button", name="Setujui", exact=True).click()
    expect(boss.get_by_text("Persetujuan tersimpan")).to_be_visible()
    desk.get_by_role("button", name="Tarik kembali").click()
    expect(desk.get_by_role("button", name="Ajukan ke atasan")).to_be_visible(timeout=LATE)
    edit_result(desk, ON_PHONE, RESUBMITTED)
    submit(desk)
    expect(desk.get_by_text("Diajukan, menunggu atasan")).to_be_visible(timeout=LATE)
    stage.network.restore()

    # Acceptance 5: the old approval is a conflict that the head sees; version 2 stays submitted, and is then approved.
    boss.goto(f"{head.origin}/kotak-keluar")
    expect(boss.get_by_role("link", name="Buka pilihan")).to_be_visible(timeout=LATE)
    boss.get_by_role("link", name="Buka pilihan").click()
    expect(boss.get_by_text("Keputusan Anda belum berlaku", exact=False)).to_be_visible()
    assert [body["status"] for body in own_plans(stage)] == ["diajukan"]
    boss.get_by_role("link", name="Baca SKP yang sekarang").click()
    expect(boss.get_by_role("link", name=RESUBMITTED)).to_be_visible(timeout=LATE)

    # Acceptance 6: the phone goes without network and writes on; the approval is first.
    phone = show_plan(hp, plan)
    expect(phone.get_by_role("link", name=RESUBMITTED)).to_be_visible(timeout=LATE)
    assert hp.context is not None
    hp.context.set_offline(True)
    edit_result(phone, RESUBMITTED, TOO_LATE)
    expect(phone.get_by_role("link", name=TOO_LATE)).to_be_visible()
    boss.get_by_role("button", name="Setujui", exact=True).click()
    for page in (boss, desk):
        expect(page.get_by_text("persetujuan", exact=True)).to_be_visible(timeout=LATE)
    hp.context.set_offline(False)
    phone = show_plan(hp, plan)
    expect(phone.get_by_text("Tulisan Anda disimpan sebagai salinan", exact=False)).to_be_visible(timeout=LATE)
    expect(phone.get_by_text(re.compile(TOO_LATE))).to_be_visible()
    expect(phone.get_by_role("link", name="Ajukan revisi")).to_be_visible()

    # Everybody ends with the same plan: what the head read, and on the phone nothing else as the plan.
    for page in (phone, desk, boss):
        expect(page.get_by_text("persetujuan", exact=True)).to_be_visible(timeout=LATE)
        expect(page.get_by_role("link", name=RESUBMITTED)).to_be_visible(timeout=LATE)
        expect(page.get_by_role("link", name=EXTRA)).to_be_visible()
    for kind in ("skp_rhk", "skp_indicator"):
        assert of_plan(stage, "penyuluh", kind, plan) == of_plan(stage, "kepala_distan", kind, plan)
    assert [hp.problems, laptop.problems, head.problems] == [[], [], []]


def test_hr_moves_an_employee_and_a_root_gets_its_plan_back(stage: Stage, browser: Callable[..., Profile]) -> None:
    """A transfer closes one plan and opens the next; what a root asks for is entered by HR."""
    hr = browser("hr", desk=True)
    desk = sign_in(hr, "hr_admin")
    desk = hr.open("/kelola/skp/pegawai")
    desk.get_by_label("Cari pegawai").fill("Citra Dewanti")
    desk.get_by_role("button", name="Cari").click()
    desk.get_by_role("link", name="Citra Dewanti").click()
    desk.get_by_text("Pindah, tutup, atau ganti penilai").click()
    desk.get_by_role("radio", name="Pindah: tutup SKP ini").check()
    desk.get_by_label("Hari pertama di tempat baru").fill(f"{YEAR}-01-08")
    desk.get_by_label("Pejabat penilai yang baru").fill("Gunawan Adiyasa")
    desk.get_by_role("button", name="Cari").first.click()
    desk.get_by_role("button", name="Pilih").click()
    desk.get_by_role("textbox", name="Alasan").fill("Mutasi ke Dinas Pertanian")
    desk.get_by_role("button", name="Lanjut").click()
    desk.get_by_role("button", name="Simpan keputusan").click()
    plans = desk.get_by_role("region", name=f"SKP {YEAR}")
    expect(plans.filter(has_text="Ditutup")).to_contain_text("Mutasi ke Dinas Pertanian", timeout=LATE)
    expect(plans.filter(has_text="Draf")).to_contain_text(f"8 Jan {YEAR} sampai 31 Des {YEAR}", timeout=LATE)
    expect(plans).to_have_count(2)

    on_phone(stage, "sekda", ask_for_revision)
    desk = hr.open("/kelola/skp")
    desk.get_by_role("button", name="Kembalikan dengan catatan").click(timeout=LATE)
    desk.get_by_role("dialog").get_by_label("Catatan untuk pegawai").fill("Sesuai surat nomor 5")
    desk.get_by_role("dialog").get_by_role("button", name="Kembalikan dengan catatan").click()
    expect(desk.get_by_text("Tidak ada yang menunggu.")).to_be_visible(timeout=LATE)
    [body] = [one for one in records_of(stage, "sekda", "skp").values() if one["root"]]
    assert (body["status"], body["returnedReason"]) == ("dikembalikan", "Sesuai surat nomor 5")
    assert hr.problems == []


async def ask_for_revision(phone: Phone) -> None:
    """Whoever holds this phone wants the own plan of the year back."""
    answer = await step(phone, "skp.revise", plan_of(phone), reason="Indeks dihitung ulang")
    assert answer["status"] == "applied", answer


def own_plans(stage: Stage) -> list[dict[str, object]]:
    """The employee's plans as the server holds them."""
    return list(records_of(stage, "penyuluh", "skp").values())


def of_plan(stage: Stage, key: str, kind: str, path: str) -> dict[str, object]:
    """The records of a plan that somebody has on the server, by id."""
    return {id: body for id, body in records_of(stage, key, kind).items() if body["plan"] == path.split("/")[2]}
