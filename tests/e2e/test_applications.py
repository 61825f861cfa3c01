"""Two applications from beginning to end: a promotion that is begun without network, and a party's certificate.

The promotion goes from readiness to decree, with a return and a document that a later proposal uses again; the
certificate from sign-up to download, with a return and a signed file that is refused because it names another party.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from backend.applications.reading import DATA
from tests.support.chromium import Profile, Screen, axe_in_both_themes
from tests.support.files import drawn, pdf_of
from tests.support.phone import Phone
from tests.support.stage import IDENTIFIERS, PASSWORD, Stage, on_phone, pulled, sign_in

LATE = 40_000
MIDDLE = 1366 / 2
PARTY = "Partai Cahaya Pesisir"
OTHER = "Partai Bintang Nusantara"
EMAIL = "cahaya.pesisir@example.id"
LOCKED = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R /Encrypt 8 0 R >>\n%%EOF\n"


def chosen(name: str, content: bytes, type: str = "application/pdf") -> FilePayload:
    """A file as a person chooses it."""
    return {"name": name, "mimeType": type, "buffer": content}


def attach(page: Page, code: str, *lines: str) -> None:
    """Choose a PDF for a document of the checklist."""
    page.locator(f"[data-berkas={code}]").set_input_files(chosen("scan.pdf", pdf_of(*lines)))
    expect(page.locator(f"#syarat-{code}").get_by_text("Ada", exact=True)).to_be_visible()


def photograph(page: Page, code: str, pages: int) -> None:
    """Take photos of the pages of a document with the phone's camera, which pushes the app out of memory each time."""
    for taken in range(1, pages + 1):
        page.locator(f"[data-kamera={code}]").set_input_files(chosen("foto.jpg", drawn(900, 1200), "image/jpeg"))
        expect(page.get_by_text(f"{taken} halaman difoto")).to_be_visible()
        page.reload()
    page.get_by_role("button", name=f"Simpan {pages} halaman").click()
    expect(page.locator(f"#syarat-{code}").get_by_text("Ada", exact=True)).to_be_visible()


def section(page: Page, name: str) -> None:
    """Go to a section of the case that is open."""
    page.get_by_label("Bagian usul").get_by_role("link", name=name).click()


def send(page: Page, button: str, state: str) -> None:
    """Send the case that is shown, and wait until the office has it."""
    section(page, "Ringkasan")
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_text(state, exact=True).first).to_be_visible(timeout=LATE)


def document(desk: Page, label: str) -> Locator:
    """The card of a document at the desk."""
    return desk.get_by_role("listitem").filter(has=desk.get_by_role("heading", name=label))


def mark(desk: Page, label: str, word: str, reason: str = "") -> None:
    """Say a word on a document; returns when it stands on its card."""
    card = document(desk, label)
    card.get_by_role("radio", name=word).check()
    if reason:
        card.get_by_label(f"Alasan: {label}").fill(reason)
        card.get_by_role("button", name="Simpan tanda").click()
    expect(card.locator(".lencana-baris").get_by_text(word, exact=True)).to_be_visible()


def take(desk: Page) -> None:
    """Take the case that is open at the desk."""
    desk.get_by_role("button", name="Buka dan periksa").click()
    expect(desk.get_by_role("heading", name="Keputusan")).to_be_visible(timeout=LATE)


def stands(desk: Page, state: str) -> None:
    """Wait until the case stands so at the desk."""
    expect(desk.locator(".judul-halaman").get_by_text(state, exact=True)).to_be_visible(timeout=LATE)


def every_month(stage: Stage) -> None:
    """Publish promotions with the monthly option, so that a period is open on whatever day this runs."""
    toml = (DATA / "sikap.toml").read_text().replace("version = 1", "version = 2", 1)
    toml = toml.replace("months = [4, 10]", "months = [4, 10]\nevery_month = true", 1)

    async def account(phone: Phone) -> str:
        return phone.account

    publisher = on_phone(stage, "super_layanan", account)

    async def grant(phone: Phone) -> None:
        document = 'mutation($p: ID!, $u: ID!){grantRole(person:$p, role:"HRA", unit:$u, from:"2026-01-01")}'
        unit = next(grant["unit"] for grant in phone.grants if grant["role"] == "HRA")
        await phone.data(document, p=publisher, u=unit)

    async def publish(phone: Phone) -> list[Any]:
        document = "mutation($toml: String!){serviceLoad(toml: $toml){faults{text}}}"
        return list((await phone.data(document, toml=toml))["serviceLoad"]["faults"])

    on_phone(stage, "hr_admin", grant)
    assert on_phone(stage, "super_layanan", publish) == []


def colleague_takes_over(stage: Stage, case: str) -> None:
    """Somebody else who verifies takes the case over from the verifier."""

    async def account(phone: Phone) -> str:
        return phone.account

    colleague, holder = on_phone(stage, "super_layanan", account), on_phone(stage, "verifikator", account)

    async def grant(phone: Phone) -> None:
        document = 'mutation($p: ID!, $u: ID!){grantRole(person:$p, role:"VER", unit:$u, from:"2026-01-01")}'
        await phone.data(document, p=colleague, u=next(one["unit"] for one in phone.grants if one["role"] == "HRA"))

    async def take(phone: Phone) -> str:
        await phone.pull()
        [answer] = await phone.push(phone.mutation("application.open", case, {"holder": holder}, role="VER"))
        return str(answer["status"])

    on_phone(stage, "hr_admin", grant)
    assert on_phone(stage, "super_layanan", take) == "applied"


def propose(page: Page) -> None:
    """Find the teacher by a part of her name, however it is typed."""
    page.get_by_label("Cari nama PNS").fill("SITI  nur'aini")
    page.get_by_role("button", name="Lanjut").click()
    expect(page.get_by_role("heading", name="Siti Nur'aini Kartika, S.Pd.")).to_be_visible(timeout=LATE)


def left_of_the_middle(page: Page, name: str) -> bool:
    """Whether a button lies wholly in the left half of a screen of 1366 px."""
    box = page.get_by_role("button", name=name).bounding_box()
    return box is not None and box["x"] + box["width"] < MIDDLE


def fill_promotion(page: Page) -> None:
    """The fields of a regular promotion."""
    section(page, "Isian")
    page.get_by_label("Jenis kenaikan pangkat").select_option(label="Reguler")
    page.get_by_label("Periode").select_option(index=1)
    page.get_by_label("Pendidikan").fill("S1 Pendidikan")
    page.get_by_label("Ada ijazah baru").select_option(label="Tidak")
    page.get_by_role("button", name="Simpan isian").click()
    expect(page.get_by_role("heading", name="Kesiapan")).to_be_visible()


def test_a_promotion_begun_without_network_is_returned_mended_and_decided(
    stage: Stage, browser: Callable[..., Profile]
) -> None:
    """Acceptance 1, 6, 7 and 18 in real browsers."""
    every_month(stage)
    hp, meja = browser("opd", screen=Screen((1366, 768))), browser("verifikator", desk=True)
    page = sign_in(hp, "opd_dikbud")
    pulled(page)
    page.get_by_role("link", name="Usul Kenaikan Pangkat").click()
    page.get_by_label("Cari nama PNS").fill("zzzz tidak ada")
    page.get_by_role("button", name="Lanjut").click()
    expect(page.get_by_text("tidak ditemukan", exact=True)).to_be_visible(timeout=LATE)
    propose(page)
    assert left_of_the_middle(page, "Lanjut")
    assert left_of_the_middle(page, "Usulkan PNS ini")

    # From here on a phone without network: the proposal, its fields, its photos.
    page.set_viewport_size({"width": 360, "height": 740})
    stage.network.cut()
    page.get_by_role("button", name="Usulkan PNS ini").click()
    expect(page.get_by_text("belum sampai di server")).to_be_visible()
    fill_promotion(page)
    expect(page.get_by_text("3 dari 3 belum ada")).to_be_visible()
    section(page, "Syarat")
    page.get_by_role("button", name="Unduh draf Surat pengantar unit kerja").click()
    expect(page.get_by_text("jadi perlu sinyal", exact=False)).to_be_visible()
    photograph(page, "SK_PANGKAT", 2)
    # No phone can see that this one is locked.
    page.locator("[data-berkas=SKP]").set_input_files(chosen("skp.pdf", LOCKED))
    expect(page.locator("#syarat-SKP").get_by_text("Ada", exact=True)).to_be_visible()
    attach(page, "SURAT_PENGANTAR", "Surat pengantar")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    section(page, "Ringkasan")
    expect(page.get_by_text("Siap dikirim")).to_be_visible()
    page.get_by_role("button", name="Kirim", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Kirim", exact=True).click()
    expect(page.get_by_text("Kiriman menunggu sinyal", exact=False)).to_be_visible()
    stage.network.restore()
    # The sending waits for a file that the server will not take: said, and mended, where the person is.
    expect(page.get_by_text("Berkas SKP dua tahun terakhir tidak diterima server")).to_be_visible(timeout=LATE)
    expect(page.get_by_text("terkunci kata sandi", exact=False)).to_be_visible()
    expect(page.get_by_role("button", name="Tarik kiriman")).to_be_visible()
    page.locator("[data-berkas=SKP]").set_input_files(chosen("skp.pdf", pdf_of("SKP 2024 dan 2025")))
    expect(page.get_by_text("Diajukan", exact=True).first).to_be_visible(timeout=LATE)
    expect(page.get_by_text("tidak diterima server", exact=False)).to_have_count(0)

    # The desk names what is wrong, once; the rest stays as it was marked.
    desk = sign_in(meja, "verifikator")
    desk.get_by_role("link", name="Verifikasi", exact=True).click()
    desk.get_by_role("link", name=re.compile("Siti Nur'aini")).click()
    take(desk)
    expect(desk.get_by_role("radio", name="Sesuai", exact=True)).to_have_count(3)
    desk.get_by_role("button", name="Verifikasi", exact=True).click()
    expect(desk.get_by_text("3 syarat belum ditandai", exact=False)).to_be_visible()
    mark(desk, "SK pangkat terakhir", "Sesuai")
    mark(desk, "Surat pengantar unit kerja", "Sesuai")
    expect(desk.get_by_text("1 syarat belum ditandai", exact=False)).to_be_visible()
    # A colleague took it over; whoever must go on takes it back, and the marks are there.
    colleague_takes_over(stage, desk.url.rpartition("/")[2])
    desk.get_by_role("button", name="Ambil alih").click(timeout=LATE)
    expect(desk.get_by_role("radio")).to_have_count(0)
    desk.get_by_role("dialog").get_by_role("button", name="Ambil alih").click()
    expect(desk.get_by_role("heading", name="Keputusan")).to_be_visible(timeout=LATE)
    expect(document(desk, "SK pangkat terakhir").get_by_role("radio", name="Sesuai", exact=True)).to_be_checked()
    # What is chosen and not stored is no mark yet: nothing is decided against what the screen shows, before or after a
    # reload; the words for the field wait too.
    mark(desk, "SKP dua tahun terakhir", "Sesuai")
    document(desk, "SKP dua tahun terakhir").get_by_role("radio", name="Perlu diperbaiki").check()
    for button in ("Verifikasi", "Kembalikan", "Tolak"):
        desk.get_by_role("button", name=button, exact=True).click()
        expect(desk.get_by_role("link", name="Tanda untuk SKP dua tahun terakhir belum disimpan.")).to_be_visible()
        expect(desk.get_by_role("dialog")).to_have_count(0)
    mark(desk, "SKP dua tahun terakhir", "Perlu diperbaiki", "Halaman kedua tidak terbaca")
    desk.get_by_role("button", name="Kembalikan").click()
    desk.get_by_role("dialog").get_by_role("checkbox", name="Pendidikan").check()
    desk.get_by_role("dialog").get_by_label("Alasan: Pendidikan").fill("Tulis jurusannya")
    desk.keyboard.press("Escape")
    desk.get_by_role("button", name="Kembalikan").click()
    expect(desk.get_by_role("dialog").get_by_label("Alasan: Pendidikan")).to_have_value("Tulis jurusannya")
    desk.get_by_role("dialog").get_by_role("checkbox", name="Pendidikan").uncheck()
    desk.keyboard.press("Escape")
    desk.get_by_role("button", name="Kembalikan").click()
    desk.get_by_role("dialog").get_by_role("button", name="Kembalikan").click()
    stands(desk, "Dikembalikan (BTL)")
    expect(page.get_by_text("Halaman kedua tidak terbaca", exact=False)).to_be_visible(timeout=LATE)
    expect(page.get_by_text("SKP dua tahun terakhir belum diganti.")).to_be_visible()
    section(page, "Syarat")
    expect(page.locator("[data-berkas]")).to_have_count(1)
    attach(page, "SKP", "SKP 2024 dan 2025, lengkap")
    send(page, "Kirim", "Diajukan")

    take(desk)
    mark(desk, "SKP dua tahun terakhir", "Sesuai")
    desk.get_by_role("button", name="Verifikasi", exact=True).click()
    stands(desk, "Diverifikasi")
    sent_on = desk.get_by_label("Dikirim tanggal").input_value()
    desk.get_by_label("Catatan").fill("Berkas rangkap dua")
    desk.get_by_label("Dikirim tanggal").fill("")
    desk.get_by_role("button", name="Proses luar").click()
    expect(desk.get_by_text("Tulis tanggal dikirim.")).to_be_visible()
    desk.reload()
    expect(desk.get_by_label("Catatan")).to_have_value("Berkas rangkap dua", timeout=LATE)
    desk.get_by_label("Dikirim tanggal").fill(sent_on)
    desk.get_by_role("button", name="Proses luar").click()
    stands(desk, "Diproses BKN")
    decree = pdf_of("Keputusan kenaikan pangkat", "Siti Nur'aini Kartika")
    day = desk.get_by_label("Tanggal").input_value()
    desk.get_by_label("Nomor").fill(f"823/15/412.900/{day[:4]}")
    desk.locator("[data-keluaran]").set_input_files(chosen("sk.pdf", decree))
    expect(desk.get_by_text("Berkas dipilih", exact=False)).to_be_visible()
    desk.get_by_role("button", name="Catat SK").click()
    stands(desk, "SK terbit")
    section(page, "Ringkasan")
    with page.expect_download(timeout=LATE) as download:
        page.get_by_role("link", name="Unduh SK").click()
    assert download.value.path().read_bytes() == decree

    # A later proposal is offered what was marked Sesuai: nothing to upload.
    page.get_by_role("link", name="Semua usul").click()
    propose(page)
    page.get_by_role("button", name="Usulkan PNS ini").click()
    fill_promotion(page)
    section(page, "Syarat")
    again = page.locator("#syarat-SK_PANGKAT")
    again.get_by_role("button", name=re.compile("^Pakai dokumen")).click()
    expect(again.get_by_text("Dipakai ulang")).to_be_visible(timeout=LATE)
    assert [hp.problems, meja.problems] == [[], []]


def logo() -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "navy").save(out, "PNG")
    return out.getvalue()


def fill_party(page: Page) -> None:
    """The party's form, with its committee and its logo."""
    texts = {
        "nama": "Rahmat Hidayah", "jabatan": "Sekretaris", "alamat": "Jl. Merdeka 5",
        "kelurahan": "Baru", "kecamatan": "Tengah", "nomor_sk": "12/SK/2026",
    }  # fmt: skip
    # What the account says of its party stands there already.
    expect(page.locator("#isian-nama_partai")).to_have_value(re.compile("^Partai "), timeout=LATE)
    for key, text in texts.items():
        page.locator(f"#isian-{key}").fill(text)
    page.get_by_label("Tingkat").select_option(label="Provinsi")
    page.get_by_role("button", name="Tambah baris").click()
    page.get_by_role("textbox", name="Jabatan 1").fill("Ketua")
    page.get_by_role("textbox", name="Nama 1").fill("Rahmat Hidayah")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=re.compile("^Pilih gambar")).click()
    chooser.value.set_files(chosen("logo.png", logo()[:100], "image/png"))
    expect(page.get_by_role("button", name=re.compile("^Ganti gambar"))).to_be_visible()
    page.get_by_role("button", name="Simpan isian").click()
    expect(page.get_by_role("heading", name="Kesiapan")).to_be_visible()
    # The picture breaks off, which only the server sees.
    expect(page.get_by_text(re.compile("^Berkas Logo.* tidak diterima server$"))).to_be_visible(timeout=LATE)
    page.locator("[data-berkas=logo]").set_input_files(chosen("logo.png", logo(), "image/png"))
    expect(page.get_by_text("tidak diterima server", exact=False)).to_have_count(0)


def typed_is_not_sent_past(page: Page) -> None:
    """What is typed and not saved is said before sending, with the way to it; then it is saved."""
    section(page, "Isian")
    page.get_by_role("button", name="Hapus Susunan Pengurus 1").click()
    undo = page.get_by_role("button", name="Urungkan")
    expect(undo).to_be_focused()
    undo.click()
    expect(page.get_by_role("textbox", name="Jabatan 1")).to_be_focused()
    page.locator("#isian-nomor_sk").fill("13/SK/2026")
    section(page, "Ringkasan")
    expect(page.get_by_text("Belum disimpan: Nomor SK", exact=False)).to_be_visible()
    expect(page.get_by_text("Siap dikirim")).to_have_count(0)
    page.get_by_role("button", name="Ajukan", exact=True).click()
    expect(page.get_by_role("alert").get_by_text("Belum disimpan: Nomor SK", exact=False)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="Buka isian").click()
    expect(page.locator("#isian-nomor_sk")).to_have_value("13/SK/2026")
    page.get_by_role("button", name="Simpan isian").click()
    expect(page.get_by_text("Siap dikirim")).to_be_visible()


def sign_up(party: Profile) -> Page:
    """Without an account a case is closed and sign-up offered: an officer of a party opens one and signs in."""
    page = party.open("/permohonan")
    page.get_by_role("link", name="Daftar akun partai").click()
    page.get_by_label("Kode instansi").fill("bkp")
    page.get_by_label("Nama partai dan tingkat kepengurusan").fill(PARTY)
    page.get_by_label("Nama pengurus").fill("Rahmat Hidayah")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Daftar", exact=True).click()
    expect(page.get_by_role("heading", name="Akun dibuat.")).to_be_visible(timeout=LATE)
    IDENTIFIERS["partai_baru"] = EMAIL
    page = sign_in(party, "partai_baru")
    pulled(page)
    return page


def test_a_party_gets_its_certificate_after_a_return_and_a_wrong_file(
    stage: Stage, browser: Callable[..., Profile]
) -> None:
    """Acceptance 11, 12, 14 and 15 in real browsers."""
    party, meja, atasan = browser("partai"), browser("skt"), browser("skt_super", desk=True)
    page = sign_up(party)
    super_ = sign_in(atasan, "skt_super")
    super_.get_by_role("link", name="Verifikasi", exact=True).click()
    super_.get_by_role("button", name=f"Setujui {PARTY}").click()
    expect(super_.get_by_role("button", name=f"Setujui {PARTY}")).to_have_count(0)

    page.get_by_role("link", name="SKT", exact=True).first.click()
    page.get_by_role("button", name=re.compile("^Buat ")).click()
    fill_party(page)
    section(page, "Syarat")
    attach(page, "SK_KEPENGURUSAN", "SK kepengurusan", PARTY)
    attach(page, "PERNYATAAN_TIDAK_MERANGKAP", "Pernyataan")
    typed_is_not_sent_past(page)
    send(page, "Ajukan", "Diajukan")
    section(page, "Isian")
    expect(page.get_by_text("13/SK/2026", exact=True)).to_be_visible()
    section(page, "Ringkasan")

    desk = sign_in(meja, "skt_verifikator")
    desk.get_by_role("link", name="Verifikasi", exact=True).first.click()
    desk.get_by_role("link", name=re.compile(PARTY)).click()
    take(desk)
    mark(desk, "SK kepengurusan (legalisir)", "Sesuai")
    assert axe_in_both_themes(desk) == []
    mark(desk, "Surat pernyataan tidak merangkap (legalisir)", "Perlu diperbaiki", "Belum dilegalisir")
    desk.get_by_role("button", name="Kembalikan").click()
    desk.get_by_role("dialog").get_by_role("button", name="Kembalikan").click()
    expect(page.get_by_text("Belum dilegalisir", exact=False)).to_be_visible(timeout=LATE)
    section(page, "Syarat")
    attach(page, "PERNYATAAN_TIDAK_MERANGKAP", "Pernyataan, dilegalisir")
    send(page, "Ajukan", "Diajukan")
    take(desk)
    mark(desk, "Surat pernyataan tidak merangkap (legalisir)", "Sesuai")
    desk.get_by_role("button", name="verifikasi", exact=True).click()
    stands(desk, "Diverifikasi")

    # The super admin takes the draft along, and brings first another party's letter.
    super_.get_by_role("link", name=re.compile(PARTY)).click()
    with super_.expect_download(timeout=LATE):
        super_.get_by_role("button", name="Unduh draf naskah").click()
    stands(super_, "Proses TTE")
    day = super_.get_by_label("Tanggal").input_value()
    super_.get_by_label("Nomor").fill(f"220/15/BKP.SJ/{day[:4]}")
    super_.locator("[data-keluaran]").set_input_files(chosen("skt.pdf", LOCKED))
    super_.get_by_role("button", name="Simpan dan terbitkan").click()
    expect(super_.get_by_text("terkunci kata sandi", exact=False)).to_be_visible(timeout=LATE)
    expect(super_.get_by_role("button", name="Pilih PDF lain")).to_be_visible()
    super_.locator("[data-keluaran]").set_input_files(chosen("skt.pdf", pdf_of("SURAT KETERANGAN", OTHER, signed=True)))
    expect(super_.get_by_text("tidak ada dalam berkas", exact=False).first).to_be_visible(timeout=LATE)
    expect(page.get_by_role("link", name="SKT", exact=True).and_(page.locator("[download]"))).to_have_count(0)
    signed = pdf_of("SURAT KETERANGAN TERDAFTAR", PARTY, signed=True)
    super_.locator("[data-keluaran]").set_input_files(chosen("skt.pdf", signed))
    super_.get_by_role("button", name="Simpan dan terbitkan").click()
    stands(super_, "SKT tersedia")
    with page.expect_download(timeout=LATE) as download:
        page.get_by_role("link", name="SKT", exact=True).and_(page.locator("[download]")).click()
    assert download.value.path().read_bytes() == signed

    # A change of the committee is a new case that names this one; nobody types the form again.
    page.get_by_role("button", name="Ajukan perubahan pengurus").click()
    expect(page.locator("#isian-nama_partai")).to_have_value(PARTY, timeout=LATE)
    expect(page.get_by_role("textbox", name="Jabatan 1")).to_have_value("Ketua")
    section(page, "Ringkasan")
    expect(page.get_by_role("link", name="Perubahan dari permohonan sebelumnya")).to_be_visible()
    assert [party.problems, meja.problems, atasan.problems] == [[], [], []]
