"""The package as it is published: generated code that fits the proto, and a wheel that holds everything."""

from __future__ import annotations

import filecmp
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import generate

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "concierge_client"


def test_generating_again_changes_nothing(tmp_path: Path) -> None:
    if not generate.PROTO.is_dir():
        pytest.skip(f"no proto at {generate.PROTO}: this is not the repository")
    generate.generate(tmp_path)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert len(made) > 30
    _, different, missing = filecmp.cmpfiles(tmp_path, PACKAGE, map(str, made), shallow=False)
    told = "the proto has changed: run `python generate.py` and check in what it writes"
    assert (different, missing) == ([], []), told
    kept = {
        p.relative_to(PACKAGE) for p in (PACKAGE / "_proto").rglob("*.py*") if p.suffix in (".py", ".pyi")
    }
    assert kept <= set(made), f"left over from an earlier proto: {kept - set(made)}"


def test_the_wheel_holds_code_types_and_licence_and_works_alone(tmp_path: Path) -> None:
    # Built in a copy: the build generates the code again, which is not for a test to do to the repository.
    copy = tmp_path / "clients" / "python"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns("__pycache__", ".*", "dist"))
    if generate.PROTO.is_dir():
        (tmp_path / "proto").symlink_to(generate.PROTO)
        (copy / "src" / "concierge_client" / "methods.py").unlink()
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=copy,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("concierge_client-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        packed.extractall(tmp_path / "site")
    for needed in ("py.typed", "v1.py", "methods.py", "_proto/concierge/v1/decision_service_pb2.pyi"):
        assert f"concierge_client/{needed}" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith(("tests", "examples")) for name in names)
    check = "from concierge_client import Client, v1, __version__; print(__version__, v1.EVENT_TYPE_CLICK)"
    done = subprocess.run(
        [sys.executable, "-c", check],
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == [wheel.name.split("-")[1], "2"]
