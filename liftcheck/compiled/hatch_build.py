"""The build's hook: a wheel for this kind of machine with the look back compiled, or one for all without it."""

import runpy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.tags import platform_tags


class CompilingHook(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles before a wheel or an editable installation is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """As hatchling asks for it: an editable installation has the library beside its C files, a wheel inside."""
        own = Path(self.root, "liftcheck", "compiled")
        compiling = runpy.run_path(str(own / "compiling.py"))
        self._folder = TemporaryDirectory()
        folder = own if version == "editable" else Path(self._folder.name)
        problem = compiling["compile_library"](folder)
        if problem:
            self.app.display_warning(f"liftcheck looks back with numpy alone, four times as slowly: {problem}")
            return
        made = compiling["shared_object"](folder)
        if version != "editable":
            build_data["force_include"][str(made)] = f"liftcheck/compiled/{made.name}"
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{next(platform_tags())}"  # any Python: the library does not know of it

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """As hatchling asks for it."""
        self._folder.cleanup()
