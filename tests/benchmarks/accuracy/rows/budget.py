"""From drop to knees: what each thing that is not known of a body costs at the verdict's border."""

from dataclasses import replace

from liftcheck.lifts.technique import TechniqueSettings, hip_drop_of_knees, knees_of_hip_drop
from tests.benchmarks.accuracy import tables
from tests.benchmarks.accuracy.bench import Bench

FLEXION_DEG = 75.0  # a back lift's lean, where the border matters


def row(_bench: Bench) -> str:
    """Computed from the method's own equations; no data."""
    settings = TechniqueSettings()
    (lever,) = settings.levers("mid-back", None)
    explained = lever.drop_m(FLEXION_DEG)
    rows = [
        _by_drop("3 deg of tilt at the bottom", lever.drop_m(FLEXION_DEG + 3) - explained, settings),
        _by_drop(
            "a lever r longer by a tenth", lever._replace(r=1.1 * lever.r).drop_m(FLEXION_DEG) - explained, settings
        ),
        _by_drop(
            "an offset b longer by 2 cm", explained - lever._replace(b=lever.b + 0.02).drop_m(FLEXION_DEG), settings
        ),
        _by_drop("heels that rise by 4 cm", 0.04, settings),
        _by_body(
            "standing knees bent by 6 deg more", replace(settings, standing_knee_deg=settings.standing_knee_deg + 6)
        ),
        _by_body("a shank that leans by a fifth of the knee's angle", replace(settings, shank_share=0.2)),
        _by_body("a shank that leans by 0.45 of it", replace(settings, shank_share=0.45)),
        _by_body("a body 5 cm taller than said", settings, settings.height_m + 0.05),
    ]
    heads = (f"at the border, mid-back, leaning {FLEXION_DEG:.0f} deg", "hip drop, cm", "knee flexion, deg")
    return tables.table(heads, rows)


def _by_drop(name: str, off_m: float, settings: TechniqueSettings) -> tuple[str, str, str]:
    """An error of the hip drop."""
    border = hip_drop_of_knees(settings.border_knee_deg, settings.height_m, settings)
    knees = knees_of_hip_drop(border + off_m, settings.height_m, settings)
    return name, f"{100 * off_m:.1f}", f"{knees - settings.border_knee_deg:.0f}"


def _by_body(name: str, true: TechniqueSettings, height_m: float | None = None) -> tuple[str, str, str]:
    """A body that is not as assumed: its knees at the border give another hip drop, which is read as other knees."""
    assumed = TechniqueSettings()
    hips = hip_drop_of_knees(assumed.border_knee_deg, height_m or assumed.height_m, true)
    border = hip_drop_of_knees(assumed.border_knee_deg, assumed.height_m, assumed)
    knees = knees_of_hip_drop(hips, assumed.height_m, assumed)
    return name, f"{100 * (hips - border):.1f}", f"{knees - assumed.border_knee_deg:.0f}"
