"""The look back compiled, where a C compiler was at hand when liftcheck was installed.

The C files say what the Python of the same names in trunk/ says, to a billionth, several times as fast. Where there is
no library, LIBRARY is None and numpy does it alone.
"""

import ctypes
from ctypes import POINTER, c_double, c_int, c_long, c_uint, c_void_p
from dataclasses import fields
from functools import lru_cache
from itertools import accumulate, pairwise
from math import prod

import numpy as np

from liftcheck.compiled import compiling
from liftcheck.samples import Array

Mask = np.typing.NDArray[np.bool_]

SIDES, BAND = 8, 4  # columns of a border, and of a factor


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
        *_pointers("velocity", "height", "activity", "level", "upright", "stands"),
        *_pointers("sides_gained", "sides_moved", "walk"),
        ("answer", Answer),
    ]


ENTRIES = {"sum_blocks": SumsCall, "smooth_tilt": TiltCall, "solve_held": HeldCall, "smooth_height": HeightsCall}


def _load() -> ctypes.CDLL | None:
    """The library, if there is one for this machine that was made of the C files as they are."""
    if not compiling.LIBRARY.exists():
        return None
    try:
        library = ctypes.CDLL(str(compiling.LIBRARY))
        library.sources.restype = c_uint
        if library.sources() != compiling.checksum():
            return None
        for name, call in ENTRIES.items():
            function = getattr(library, name)
            function.argtypes, function.restype = [POINTER(call)], c_int
    except (OSError, AttributeError):
        return None
    return library


LIBRARY = _load()


def summed(quantities: int, acc: Array, gyr: Array, begin: Array, q: Array, rate_hz: float, block: int) -> Array:
    """As strapdown.summed: the table (quantities, J)."""
    count = len(gyr)
    table = _Room((quantities, count // block))
    given = _Given(acc, (count + 1, 3), gyr, (count, 3), q, (count, 4), begin, (9,))
    _call("sum_blocks", SumsCall(count // block, block, rate_hz, *given.places, *table.places))
    return table.arrays[0]


def window(rotation: Array, rows: Array, count: int, together: int, step_s: float, gravity_mps2: float) -> Window:
    """A window's blocks and how many make a step, as C has them; rotation (9, J+1) and rows (40, J) must outlive it."""
    blocks = rows.shape[1]
    (first_rotation, rotation_row), (first, row) = _rows(rotation, (9, blocks + 1)), _rows(rows, (40, blocks))
    return Window(blocks, together, count, step_s, gravity_mps2, first_rotation, first, rotation_row, row)


def tilt(window: Window, filtered: Array, settings: object, constants: Array) -> tuple[Array, ...]:
    """As tilt.smooth_tilt: world, heading, the gyroscope's offset, vertical and up of its Tilt.

    filtered: (J+1, 4). settings: TiltSettings. constants: (6, 6).
    """
    n, edges = window.blocks // window.together, window.blocks + 1
    room = _Room((3, 3, n + 1), (n + 1,), (3,), (3, edges), (3, edges))
    given = _Given(constants, (6, 6))
    numbers = _numbers(settings)
    _call("smooth_tilt", TiltCall(window, *numbers.places, *_rows(filtered, (edges, 4)), *given.places, *room.places))
    return room.arrays


def heights(
    window: Window,
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
    n, edges = window.blocks // window.together, window.blocks + 1
    of_edges, sides, (answer, solution) = _Room(*[(edges,)] * 4), _Room((8, n), (8, n), (n,)), _solution(n)
    masks = np.empty((2, edges), dtype=bool)
    vertical, up, edge, offset = tilt
    given = _Given(
        *(vertical, (3, edges), up, (3, edges), edge, (3, n + 1), offset, (3,), stance, (3,)),
        *(errors[0], (7,), errors[1], (7, 7)),
    )
    numbers = [place for each in (*settings, narrowing) for place in _numbers(each).places]
    call = HeightsCall(
        window,
        *numbers,
        len(narrowing),
        *given.places,
        *of_edges.places,
        masks[0].ctypes.data,
        masks[1].ctypes.data,
        *sides.places,
        answer,
    )
    _call("smooth_height", call)
    return of_edges.arrays, masks[1], sides.arrays, solution


def solve_held(
    settings: object,
    step_s: float,
    sides: tuple[Array, Array, Array],
    still: Array,
    held: Array,
    errors: tuple[Array, Array],
) -> tuple[Array, ...]:
    """As _Sums.solved in drop.py: the Solution. sides: (8, n), (8, n), (n,), parts of longer rows perhaps."""
    n = len(still) - 1
    (gained, row), (moved, _) = _rows(sides[0], (8, n)), _rows(sides[1], (8, n))
    given = _Given(sides[2], (n,), errors[0], (7,), errors[1], (7, 7), still, (n + 1,), held, (n + 1,))
    answer, solution = _solution(n)
    _call("solve_held", HeldCall(*_numbers(settings).places, n, step_s, gained, moved, row, *given.places, answer))
    return solution


class _Given:
    """Arrays and their shapes, one after the other: held as C expects them, its numbers in one row, and where."""

    def __init__(self, *arrays_and_shapes: Array | tuple[int, ...]) -> None:
        self.arrays, shapes = [], arrays_and_shapes[1::2]
        for given, shape in zip(arrays_and_shapes[::2], shapes, strict=True):
            array = np.ascontiguousarray(given, dtype=np.float64)
            assert array.shape == shape
            self.arrays.append(array)
        self.places = [int(array.ctypes.data) for array in self.arrays]


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


def _rows(array: Array, shape: tuple[int, int]) -> tuple[int, int]:
    """Where an array of this shape begins, and how far apart its rows do: they may be parts of longer ones."""
    assert array.shape == shape
    assert array.dtype == np.float64
    assert array.strides[1] == array.itemsize
    return int(array.ctypes.data), array.strides[0] // array.itemsize


def _solution(n: int, constants: int = 7) -> tuple[Answer, tuple[Array, ...]]:
    """Room for the Solution over n steps."""
    states = 2 * (n + 1)
    room = _Room((1, states), (constants,), (constants, constants), (states, BAND), (states, SIDES))
    found, values, precision, factor, border = room.arrays
    return Answer(*room.places), (found, values, precision, factor.T, border.T[1 : constants + 1])


@lru_cache(maxsize=32)
def _numbers(settings: object) -> _Given:
    """The numbers of a settings dataclass, in its order, as its struct in C has them; or just numbers."""
    if not isinstance(settings, tuple):
        every = [getattr(settings, field.name) for field in fields(settings)]  # type: ignore[arg-type]
        settings = tuple(number for number in every if isinstance(number, float))
    return _Given(np.array(settings), (len(settings),))


def _call(entry: str, call: ctypes.Structure) -> None:
    failed = getattr(LIBRARY, entry)(call)
    if failed:
        raise MemoryError if failed == -2 else np.linalg.LinAlgError("the equations do not determine what is asked")
