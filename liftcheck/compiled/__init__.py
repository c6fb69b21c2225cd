"""The look back compiled, where a C compiler was at hand when liftcheck was installed.

The C files say what the Python of the same names in trunk/ says, heights to a micrometre and directions to a billionth,
several times as fast. Where there is no library, LIBRARY is None and numpy does it alone.
"""

import ctypes
from ctypes import POINTER, c_double, c_int, c_long, c_void_p
from dataclasses import fields, is_dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from math import prod

import numpy as np

from liftcheck.compiled import compiling
from liftcheck.samples import Array

Mask = np.typing.NDArray[np.bool_]

QUANTITIES = 40  # rows of the table of blocks
BAND, SIDES = 4, 8  # columns of a factor, and of a border: the right side, then what each of seven constants adds
CONSTANTS = 7
OUT_OF_MEMORY = -2
UNDETERMINED = "the equations do not determine what is asked"


def _pointers(*names: str) -> list[tuple[str, type]]:
    return [(name, c_void_p) for name in names]


# The structs of the C files, with their names.


class Window(ctypes.Structure):
    """A window's blocks, and how many of them make a step."""

    _fields_ = [
        *[(name, c_long) for name in ("blocks", "together", "count")],
        *[(name, c_double) for name in ("step_s", "gravity_mps2")],
        *_pointers("rotation", "rows"),
        *[(name, c_long) for name in ("rotation_row", "row")],
    ]


class Answer(ctypes.Structure):
    """Where a Solution of banded.py goes."""

    _fields_ = _pointers("states", "constants", "precision", "factor", "border")


class SumsCall(ctypes.Structure):
    """What strapdown.py sums."""

    _fields_ = [
        *[(name, c_long) for name in ("blocks", "block")],
        ("rate_hz", c_double),
        *_pointers("acc", "gyr", "q", "begin", "table"),
    ]


class TiltCall(ctypes.Structure):
    """What tilt.py smooths."""

    _fields_ = [
        ("window", Window),
        *_pointers("settings", "filtered"),
        ("filtered_row", c_long),
        *_pointers("constants", "world", "heading", "gyr_offset", "vertical", "up"),
    ]


class HeldCall(ctypes.Structure):
    """What drop.py solves where some heights are held."""

    _fields_ = [
        *_pointers("settings"),
        ("steps", c_long),
        ("step_s", c_double),
        *_pointers("gained", "moved"),
        ("row", c_long),
        *_pointers("walk", "errors_mean", "errors_precision", "still", "held"),
        ("answer", Answer),
    ]


class HeightsCall(ctypes.Structure):
    """What drop.py smooths."""

    _fields_ = [
        ("window", Window),
        *_pointers("settings", "standing", "calm", "narrowing"),
        ("rounds", c_long),
        *_pointers("vertical", "up", "edge", "gyr_offset", "stance", "errors_mean", "errors_precision"),
        *_pointers("velocity", "height", "activity", "level", "stands"),
        *_pointers("sides_gained", "sides_moved", "walk"),
        ("answer", Answer),
    ]


ENTRIES = {"sum_blocks": SumsCall, "smooth_tilt": TiltCall, "solve_held": HeldCall, "smooth_height": HeightsCall}
SETTINGS = {"TiltSettings": 10, "DropSettings": 11, "StandingSettings": 15, "CalmSettings": 5}  # how many numbers


def _load() -> ctypes.CDLL | None:
    """The library, if there is one for this machine and of the files as they are."""
    place = compiling.shared_object()
    if not place.exists():
        return None
    try:
        library = ctypes.CDLL(str(place))
        ours = [*map(ctypes.sizeof, ENTRIES.values()), *SETTINGS.values(), QUANTITIES, BAND, SIDES]
        if list((c_int * len(ours)).in_dll(library, "sizes")) != ours:
            return None
        for name, call in ENTRIES.items():
            function = getattr(library, name)
            function.argtypes, function.restype = [POINTER(call)], c_int
    except (OSError, AttributeError, ValueError):
        return None
    return library


LIBRARY = _load()


def summed(acc: Array, gyr: Array, begin: Array, q: Array, rate_hz: float, block: int) -> Array:
    """As strapdown.summed: the table (QUANTITIES, J)."""
    count = len(gyr)
    table = _Room((QUANTITIES, count // block))
    given = _Given(acc, (count + 1, 3), gyr, (count, 3), q, (count, 4), begin, (9,))
    _call("sum_blocks", SumsCall(count // block, block, rate_hz, *given.places, *table.places), given)
    return table.arrays[0]


class Blocks:
    """A window's blocks, and how many make a step, as C has them. rotation: (9, J+1). rows: (QUANTITIES, J)."""

    def __init__(
        self, rotation: Array, rows: Array, count: int, together: int, step_s: float, gravity_mps2: float
    ) -> None:
        blocks = rows.shape[1]
        self.edges, self.steps = blocks + 1, blocks // together
        self._held = _Rows(rotation, (9, blocks + 1)), _Rows(rows, (QUANTITIES, blocks))
        (rotated, quantities), about = self._held, (blocks, together, count, step_s, gravity_mps2)
        self.window = Window(*about, rotated.place, quantities.place, rotated.apart, quantities.apart)


def tilt(blocks: Blocks, filtered: Array, settings: object, constants: Array) -> tuple[Array, ...]:
    """As tilt.smooth_tilt: world, heading, the gyroscope's offset, vertical and up of its Tilt.

    filtered: (J+1, 4). settings: TiltSettings. constants: (6, 6).
    """
    n, edges = blocks.steps, blocks.edges
    room = _Room((3, 3, n + 1), (n + 1,), (3,), (3, edges), (3, edges))
    rows, given, numbers = _Rows(filtered, (edges, 4)), _Given(constants, (6, 6)), _numbers(settings)
    call = TiltCall(blocks.window, *numbers.places, rows.place, rows.apart, *given.places, *room.places)
    _call("smooth_tilt", call, blocks, rows, given, numbers)
    return room.arrays


def heights(
    blocks: Blocks,
    settings: tuple[object, object, object],
    narrowing: tuple[float, ...],
    tilt: tuple[Array, Array, Array, Array],
    stance: Array,
    errors: tuple[Array, Array],
) -> tuple[tuple[Array, ...], Mask, tuple[Array, ...], tuple[Array, ...]]:
    """As drop.smooth_height: velocity, height, activity and level at the edges; standing; the _Sums' sides and walk;
    the Solution.

    settings: DropSettings, StandingSettings, CalmSettings. tilt: vertical, up, the vertical at the steps' edges, the
    gyroscope's offset. errors: mean and precision.
    """
    n, edges = blocks.steps, blocks.edges
    of_edges, sides, (answer, solution) = _Room(*[(edges,)] * 4), _Room((8, n), (8, n), (n,)), _solution(n)
    stands = np.empty(edges, dtype=bool)
    vertical, up, edge, offset = tilt
    given = _Given(
        *(vertical, (3, edges), up, (3, edges), edge, (3, n + 1), offset, (3,), stance, (3,)),
        *(errors[0], (CONSTANTS,), errors[1], (CONSTANTS, CONSTANTS)),
    )
    numbers = [_numbers(each) for each in (*settings, narrowing)]
    call = HeightsCall(
        blocks.window,
        *[place for each in numbers for place in each.places],
        len(narrowing),
        *given.places,
        *of_edges.places,
        stands.ctypes.data,
        *sides.places,
        answer,
    )
    _call("smooth_height", call, blocks, given, *numbers)
    return of_edges.arrays, stands, sides.arrays, solution


def solve_held(
    settings: object,
    step_s: float,
    sides: tuple[Array, Array, Array],
    still: Array,
    held: Array,
    errors: tuple[Array, Array],
) -> tuple[Array, ...]:
    """As _Sums.solved in drop.py: the Solution. sides: (8, n), (8, n), (n,), the first two parts of longer rows."""
    n = len(still) - 1
    gained, moved, numbers = _Rows(sides[0], (8, n)), _Rows(sides[1], (8, n)), _numbers(settings)
    given = _Given(
        *(sides[2], (n,), errors[0], (CONSTANTS,), errors[1], (CONSTANTS, CONSTANTS)),
        *(still, (n + 1,), held, (n + 1,)),
    )
    answer, solution = _solution(n)
    where = *numbers.places, n, step_s, gained.place, moved.place, gained.apart, *given.places
    _call("solve_held", HeldCall(*where, answer), gained, moved, numbers, given)
    return solution


class _Given:
    """Arrays and their shapes, one after the other: held as C expects them, its numbers in one row, and where."""

    def __init__(self, *arrays_and_shapes: Array | tuple[int, ...]) -> None:
        shapes = arrays_and_shapes[1::2]
        self._held = [np.ascontiguousarray(array, dtype=np.float64) for array in arrays_and_shapes[::2]]
        for array, shape in zip(self._held, shapes, strict=True):
            _check(array, shape)
        self.places = [int(array.ctypes.data) for array in self._held]


class _Rows:
    """An array's rows, which may be parts of longer ones: held, where they begin, and how far apart."""

    def __init__(self, array: Array, shape: tuple[int, int]) -> None:
        _check(array, shape)
        fits = array.dtype == np.float64 and array.strides[1] == 8 and array.strides[0] % 8 == 0
        self._held = array if fits else np.ascontiguousarray(array, dtype=np.float64)
        self.place, self.apart = int(self._held.ctypes.data), self._held.strides[0] // 8


def _check(array: Array, shape: object) -> None:
    if array.shape != shape:
        raise ValueError(f"an array of shape {array.shape} where one of {shape} belongs")


class _Room:
    """Arrays to be filled, one after the other in memory, and where each begins."""

    def __init__(self, *shapes: tuple[int, ...]) -> None:
        ends = _ends(shapes)
        room = np.empty(ends[-1])
        first = int(room.ctypes.data)
        parts = zip(pairwise(ends), shapes, strict=True)
        self.arrays = tuple(room[a:b].reshape(shape) for (a, b), shape in parts)
        self.places = [first + 8 * a for a in ends[:-1]]


@lru_cache(maxsize=64)
def _ends(shapes: tuple[tuple[int, ...], ...]) -> list[int]:
    """Where arrays of these shapes begin, one after the other, and where the last one ends."""
    return [0, *accumulate(prod(shape) for shape in shapes)]


def _solution(n: int) -> tuple[Answer, tuple[Array, ...]]:
    """Room for the Solution over n steps."""
    states = 2 * (n + 1)
    room = _Room((1, states), (CONSTANTS,), (CONSTANTS, CONSTANTS), (states, BAND), (states, SIDES))
    found, values, precision, factor, border = room.arrays
    return Answer(*room.places), (found, values, precision, factor.T, border.T[1 : CONSTANTS + 1])


@lru_cache(maxsize=32)
def _numbers(settings: object) -> _Given:
    """The numbers of a settings dataclass, in its order, as its struct in C has them; or just numbers."""
    if isinstance(settings, tuple):
        return _Given(np.array(settings), (len(settings),))
    every = [getattr(settings, field.name) for field in fields(settings)]  # type: ignore[arg-type]
    numbers = [float(value) for value in every if not is_dataclass(value)]
    return _Given(np.array(numbers), (SETTINGS[type(settings).__name__],))


def _call(entry: str, call: ctypes.Structure, *_held: object) -> None:
    """Calls C. _held: whatever the call points into must be there until it is over."""
    failed = getattr(LIBRARY, entry)(call)
    if failed:
        raise MemoryError if failed == OUT_OF_MEMORY else np.linalg.LinAlgError(UNDETERMINED)
