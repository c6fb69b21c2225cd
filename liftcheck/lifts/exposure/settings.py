"""The numbers that exposure is counted by, each with its unit and its source."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ExposureSettings:
    """Thresholds of exposure. Angles against upright standing, forward positive.

    Sources: a standard or a paper by name; "product" for a convention of this program; "engineering" for a value
    chosen so that noise does not count, which no standard gives.
    """

    gap_s: float = 0.2  # s; a longer silence is no time at all (product: the border of a segment)

    hold_above_deg: float = 20.0  # deg; end of the neutral zone, EN 1005-4 and ISO 11226
    hold_longer_s: float = 4.0  # s; a posture is static when held longer, EN 1005-4 and ISO 11226
    hold_calm_deg_s: float = 10.0  # deg/s; slower is held still (engineering; the standards say "slight movement")
    hold_bridge_s: float = 0.5  # s; a shorter movement does not end a hold (engineering)
    holding_deg: tuple[float, float] = (20.0, 60.0)  # deg; ISO 11226 gives holding times between these
    holding_min: tuple[float, float] = (4.0, 1.0)  # min; the longest holding time at these two, linear between

    twisted_lean_deg: float = 20.0  # deg; "red" side bend (engineering, from the 10 deg of EN 1005-4)
    twisted_turn_deg: float = 45.0  # deg; heading change in a lift; turning the feet counts too (engineering)
    overextended_deg: float = -10.0  # deg; bent backward (product; ISO 11226 advises against any below 0)
    overextended_ends_deg: float = -5.0  # deg; the episode ends here, so that trembling counts once (engineering)
    overextended_s: float = 0.2  # s; time below before it counts (engineering)
    top_of_lift_s: float = 1.0  # s after a lift's end that still belong to its top (product: when its verdict is due)

    early_s: float = 300.0  # s; the warm-up, from the first worn sample (product)
    deep_deg: float = 60.0  # deg; "severe" zone of EN 1005-4, RULA and REBA
    fast_deg_s: float = 120.0  # deg/s; twice the 55 deg/s of high-risk jobs (Marras 1993), rounded up (product)

    rest_below_deg: float = 20.0  # deg; the neutral zone, EN 1005-4
    rest_slower_deg_s: float = 5.0  # deg/s; with it, the trunk rests (exposure analysis of trunk inclinometry)
    eva_deg: tuple[float, ...] = (20.0, 45.0, 60.0, 90.0)  # deg; exposure variation analysis (Mathiassen & Winkel 1991)
    eva_s: tuple[float, ...] = (1.0, 3.0, 7.0, 15.0, 31.0)  # s; the same, durations doubling

    drift_lifts: int = 15  # lifts; with fewer, no drift is told (engineering: five in each third)
    dose_above_deg: float = 60.0  # deg; time above counts as bend dose (Hoogendoorn 2000: > 60 deg for > 5 % of time)
    dose_window_s: float = 300.0  # s; the dose is an average over this (product)
    back_bends_window_s: float = 600.0  # s; deep lifts with the back are counted over this (product)

    def __post_init__(self) -> None:
        for name in ("eva_deg", "eva_s", "holding_deg"):
            values = getattr(self, name)
            if not values or list(values) != sorted(set(values)):
                raise ValueError(f"{name} needs values that rise, not {values}")
        if self.overextended_ends_deg < self.overextended_deg:
            raise ValueError("overextended_ends_deg cannot lie below overextended_deg")
        if self.dose_window_s < 10:
            raise ValueError("dose_window_s cannot be shorter than 10 s, the step of the dose")
