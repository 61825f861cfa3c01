"""``sambung services check``: every fault in words, exit code 1; nothing to say, exit code 0."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner, Result

from backend.cli import app
from tests.applications.samples import FILES, THIRD


def check(*files: Path) -> Result:
    return CliRunner().invoke(app, ["services", "check", *map(str, files)])


def test_the_three_services_pass() -> None:
    done = check(*FILES)
    assert done.exit_code == 0, done.output
    assert done.stdout.count("Tidak ada kesalahan.") == 3
    assert done.stderr == ""


def test_all_faults_of_all_files_are_said(tmp_path: Path) -> None:
    text = THIRD.read_text()
    one, two = tmp_path / "satu.toml", tmp_path / "dua.toml"
    one.write_text(text.replace('["purpose", "lainnya"]', '["tujuan", "lainnya"]').replace('"LKT"', '"RAJA"'))
    two.write_text(text.replace("outside = false", "outside = tidak"))
    done = check(one, THIRD, two, tmp_path / "tiada.toml")
    assert done.exit_code == 1
    assert "fields.purposeText.when.eq: Isian 'tujuan' tidak ada. Periksa ejaannya. [UNKNOWN_FIELD]" in done.stderr
    assert "roles.atas_nama: Peran 'RAJA' tidak dikenal. [UNKNOWN_ROLE]" in done.stderr
    assert f"{one}: 2 kesalahan" in done.stderr
    assert "NOT_TOML" in done.stderr
    assert "[FILE]" in done.stderr
    assert done.stdout.count("Tidak ada kesalahan.") == 1
