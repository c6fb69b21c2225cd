"""The build's hook: a wheel for this kind of machine with the look back compiled, or one for all without it."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.tags import platform_tags


class CompilingHook(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles before a wheel or an editable installation is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """As hatchling asks for it."""
        compiling = runpy.run_path(str(Path(self.root, "liftcheck", "compiled", "compiling.py")))
        problem = compiling["compile_library"]()
        if problem:
            self.app.display_warning(f"liftcheck looks back with numpy alone, four times as slowly: {problem}")
            return
        build_data["artifacts"].append("liftcheck/compiled/smoothers.so")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{next(platform_tags())}"  # any Python: the library does not know of it
