"""Build hook: makes the generated code again where the proto is at hand, that is in the repository.

A source distribution has no proto beside it, and is built from the generated code it carries.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class GenerateHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs generate.py before a package is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            import generate
        finally:
            sys.path.pop(0)
        if generate.PROTO.is_dir():
            generate.generate(root / "src" / "concierge_client")
