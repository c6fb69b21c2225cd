"""The revised NIOSH lifting equation: how heavy a load may be for where, how often and how long it is lifted.

Waters, Putz-Anderson, Garg, Fine 1993, Ergonomics 36:749; NIOSH publication 94-110. Metric form, centimetres and
degrees. Each multiplier lies between 0 and 1; 0 means that no weight is recommended there.
"""

from bisect import bisect_left

LOAD_CONSTANT_KG = 23.0
KNUCKLE_CM = 75.0  # the height at which the vertical multiplier is 1
COUPLINGS = ("good", "fair", "poor")

# Lifts a minute -> multiplier for at most 1 h, 2 h and 8 h of lifting a day, each (hands below 75 cm, at or above).
FREQUENCY: dict[float, tuple[tuple[float, float], ...]] = {
    0.2: ((1.00, 1.00), (0.95, 0.95), (0.85, 0.85)),
    0.5: ((0.97, 0.97), (0.92, 0.92), (0.81, 0.81)),
    1: ((0.94, 0.94), (0.88, 0.88), (0.75, 0.75)),
    2: ((0.91, 0.91), (0.84, 0.84), (0.65, 0.65)),
    3: ((0.88, 0.88), (0.79, 0.79), (0.55, 0.55)),
    4: ((0.84, 0.84), (0.72, 0.72), (0.45, 0.45)),
    5: ((0.80, 0.80), (0.60, 0.60), (0.35, 0.35)),
    6: ((0.75, 0.75), (0.50, 0.50), (0.27, 0.27)),
    7: ((0.70, 0.70), (0.42, 0.42), (0.22, 0.22)),
    8: ((0.60, 0.60), (0.35, 0.35), (0.18, 0.18)),
    9: ((0.52, 0.52), (0.30, 0.30), (0.00, 0.15)),
    10: ((0.45, 0.45), (0.26, 0.26), (0.00, 0.13)),
    11: ((0.41, 0.41), (0.00, 0.23), (0.00, 0.00)),
    12: ((0.37, 0.37), (0.00, 0.21), (0.00, 0.00)),
    13: ((0.00, 0.34), (0.00, 0.00), (0.00, 0.00)),
    14: ((0.00, 0.31), (0.00, 0.00), (0.00, 0.00)),
    15: ((0.00, 0.28), (0.00, 0.00), (0.00, 0.00)),
}
DURATIONS_H = (1.0, 2.0)  # the first class ends at one hour, the second at two; then up to eight


def horizontal_multiplier(reach_cm: float) -> float:
    """How far the hands are from the ankles, forward."""
    return 0.0 if reach_cm > 63 else min(1.0, 25.0 / reach_cm)


def vertical_multiplier(height_cm: float) -> float:
    """How high the hands are above the floor when the load is taken."""
    return 1.0 - 0.003 * abs(height_cm - KNUCKLE_CM) if 0 <= height_cm <= 175 else 0.0


def distance_multiplier(travel_cm: float) -> float:
    """How far the load is moved up or down."""
    return 0.0 if travel_cm > 175 else min(1.0, 0.82 + 4.5 / max(travel_cm, 25.0))


def asymmetry_multiplier(angle_deg: float) -> float:
    """How far the load lies to the side, either side."""
    return 1.0 - 0.0032 * abs(angle_deg) if abs(angle_deg) <= 135 else 0.0


def coupling_multiplier(coupling: str, height_cm: float) -> float:
    """How well the hands hold the load: good, fair or poor."""
    if coupling == "fair":
        return 0.95 if height_cm < KNUCKLE_CM else 1.0
    return {"good": 1.0, "poor": 0.9}[coupling]


def frequency_multiplier(lifts_per_min: float, hours: float, height_cm: float) -> float:
    """How often and how long a day; linear between the rows of the table."""
    rates = list(FREQUENCY)
    if lifts_per_min > rates[-1]:
        return 0.0
    hours_class, high = bisect_left(DURATIONS_H, hours), height_cm >= KNUCKLE_CM
    values = [FREQUENCY[rate][hours_class][high] for rate in rates]
    after = bisect_left(rates, lifts_per_min)
    if after == 0:
        return values[0]
    part = (lifts_per_min - rates[after - 1]) / (rates[after] - rates[after - 1])
    return values[after - 1] + part * (values[after] - values[after - 1])
