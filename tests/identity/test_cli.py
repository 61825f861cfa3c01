"""An agency, its first HR admin and its people from the command line, on an empty database without the demo."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import backend.demo
from backend.cli import app
from backend.keys import Keys
from backend.settings import settings

AGENCIES = json.loads((Path(backend.demo.__file__).parent / "demo_agencies.json").read_text())


@pytest.fixture
def sambung(tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch):
    """Runs ``sambung ...`` on an empty SQLite database."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    monkeypatch.setenv("SAMBUNG_KEYS_FILE", str(keys.path))
    monkeypatch.setenv("SAMBUNG_DATA_DIR", str(tmp_path / "files"))
    settings.cache_clear()
    yield lambda *words: CliRunner().invoke(app, [str(word) for word in words])
    settings.cache_clear()


def test_from_nothing_to_people(sambung, tmp_path: Path) -> None:
    file = tmp_path / "agency.json"
    file.write_text(json.dumps(AGENCIES["agencies"][1]))
    first, again = sambung("agency", "import", file), sambung("agency", "import", file)
    assert first.exit_code == 0, first.output
    assert first.stdout == again.stdout
    made = sambung("account", "create", "Rina Wijaya, S.Kom.", "--agency", "TLP", "--unit", "PPI", "--role", "HRA")
    assert made.exit_code == 0, made.output
    assert made.stdout.startswith("TLP-00018  kode aktivasi ")
    people = tmp_path / "people.csv"
    people.write_text("NIP;NAMA\n199003152015041901;Ani Lestari\n12;Budi\n")
    done = sambung("people", "import", people, "--agency", "TLP")
    assert (done.exit_code, "1 new" in done.stdout, "NIP harus 18 angka" in done.stderr) == (1, True, True)
    assert "0 new, 0 changed, 1 same" in sambung("people", "import", people, "--agency", "TLP").stdout
    key_id, key = sambung("token", "create", "SIMPEG", "--agency", "TLP").stdout.split()
    assert key.startswith("sbk_")
    closed, again = sambung("token", "revoke", key_id), sambung("token", "revoke", key_id)
    assert (closed.exit_code, again.exit_code, "sudah ditutup" in again.stderr) == (0, 1, True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"units": []}, "units"),
        ({"national_record": {"name": "BKN", "url": "ftp://x.id"}}, "national_record.url"),
        ({"credit_coefficients": {"Ahli Muda": 0}}, "credit_coefficients"),
        ({"skp_standing": "kedua"}, "skp_standing"),
        ({"calendar": {"zone": "UTC", "week": {}}}, "WIB, WITA atau WIT"),
        ({"staff_prefix": "toolongprefix"}, "staff_prefix"),
        ({"units": [{"code": "A", "name": "A", "type": "badan", "parent": "B"},
                    {"code": "B", "name": "B", "type": "badan", "parent": "A"}]}, "unit tanpa induk"),
        ({"units": [{"code": "A", "name": "A", "type": "badan"},
                    {"code": "B", "name": "B", "type": "badan", "parent": "C"}]}, "unit induk tidak ada"),
    ],
)  # fmt: skip
def test_a_faulty_agency_file_is_refused_in_words(sambung, tmp_path: Path, change: dict, words: str) -> None:
    file = tmp_path / "agency.json"
    file.write_text(json.dumps({**AGENCIES["agencies"][1], **change}))
    done = sambung("agency", "import", file)
    assert (done.exit_code, words in done.stderr) == (1, True), done.output
    file.write_text("{")
    assert sambung("agency", "import", file).exit_code == 1


def test_an_unknown_agency_or_role_is_named(sambung) -> None:
    assert "Instansi XXX tidak ada" in sambung("account", "create", "Rina", "--agency", "XXX").stderr
