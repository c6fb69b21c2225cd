"""Separate accelerometer and gyroscope frames, made into blocks that hold both."""

from collections import deque
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from liftcheck.samples import Array
from liftcheck.sensors.decoder import Block

MOST_WAITING = 8  # blocks of one kind without any of the other: then the oldest is given up
WATCHED = 32  # over so many pairs the two must arrive apart by most of a block before a loss is believed


@dataclass
class Joiner:
    """how: by "index" (the n-th of each belong together), "counter" (equal numbers) or "stamp" (gyr at acc's times).

    None: frames hold both, or there is no gyroscope. `unpaired`: samples that found no partner.
    """

    how: Literal["index", "counter", "stamp"] | None
    period: float
    stamp_of: Literal["first", "last"] = "last"
    unpaired: int = 0
    _acc: deque[Block] = field(default_factory=deque)
    _gyr: deque[Block] = field(default_factory=deque)
    _apart: deque[float] = field(default_factory=lambda: deque(maxlen=WATCHED))
    _surplus: str = ""
    _index: int = 0
    _restarted: bool = False
    _acc_timed: deque[tuple[Block, Array]] = field(default_factory=deque)
    _gyr_timed: deque[tuple[Block, Array]] = field(default_factory=deque)
    _last: dict[str, tuple[float, int]] = field(default_factory=dict)

    def feed(self, block: Block) -> list[Block]:
        """The whole blocks that this one completes."""
        if self.how is None:
            return [block] if block.acc is not None else []
        if block.acc is not None and block.gyr is not None:
            return [block]
        if block.restarted:
            self._give_up()
            self._restarted = True
        if self.how == "stamp":
            return self._by_stamp(block)
        (self._acc if block.acc is not None else self._gyr).append(block)
        if self._surplus:
            self._mend()
        return self._by_index() if self.how == "index" else self._by_counter()

    def _give_up(self) -> None:
        self.unpaired += sum(len(b) for b in (*self._acc, *self._gyr))
        self.unpaired += sum(len(b) for b, _ in self._acc_timed)
        for waiting in (self._acc, self._gyr, self._acc_timed, self._gyr_timed, self._last, self._apart):
            waiting.clear()

    def _whole(self, acc: Block, gyr: Array, index: int | None) -> Block:
        restarted, self._restarted = self._restarted, False
        return replace(acc, gyr=gyr, index=index, restarted=restarted)

    def _by_index(self) -> list[Block]:
        done = []
        while self._acc and self._gyr:
            n = min(len(self._acc[0]), len(self._gyr[0]))
            acc, gyr = _take(self._acc, n), _take(self._gyr, n)
            assert gyr.gyr is not None
            done.append(self._whole(acc, gyr.gyr, self._index))
            self._index += n
            self._apart.append((acc.at - gyr.at) / (n * self.period))
            self._mend()
        for waiting in (self._acc, self._gyr):
            while len(waiting) > MOST_WAITING:
                self._drop(waiting)
        return done

    def _mend(self) -> None:
        """A lost packet, or one kind started before the other, leaves partners that arrive at different times."""
        if len(self._apart) == WATCHED and abs(sum(self._apart) / WATCHED) > 0.75:
            self._surplus = "gyr" if sum(self._apart) > 0 else "acc"
            self._apart.clear()
        waiting = self._gyr if self._surplus == "gyr" else self._acc
        if self._surplus and waiting:
            self._drop(waiting)
            self._surplus = ""

    def _drop(self, waiting: deque[Block]) -> None:
        given_up = len(waiting.popleft())
        self.unpaired += given_up
        # A surplus acc is given up with its time; a surplus gyr means that its acc was lost, and with it that time,
        # except in the beginning: then gyr was merely started first.
        if waiting is self._acc or self._index > 2 * WATCHED * given_up:
            self._index += given_up

    def _by_counter(self) -> list[Block]:
        done = []
        while self._acc and self._gyr:
            a, g = self._acc[0].index or 0, self._gyr[0].index or 0
            if a == g and len(self._acc[0]) == len(self._gyr[0]):
                acc, gyr = self._acc.popleft(), self._gyr.popleft()
                assert gyr.gyr is not None
                done.append(self._whole(acc, gyr.gyr, a))
            else:
                self.unpaired += len((self._acc if a <= g else self._gyr).popleft())
        for waiting in (self._acc, self._gyr):
            while len(waiting) > MOST_WAITING:
                self.unpaired += len(waiting.popleft())
        return done

    def _by_stamp(self, block: Block) -> list[Block]:
        """Gyroscope values at the accelerometer's instants: between neighbours by a straight line."""
        kind = "acc" if block.acc is not None else "gyr"
        (self._acc_timed if kind == "acc" else self._gyr_timed).append((block, self._instants(kind, block)))
        done: list[Block] = []
        while self._acc_timed and self._gyr_timed:
            acc, times = self._acc_timed[0]
            if self._gyr_timed[-1][1][-1] < times[-1]:
                break
            self._acc_timed.popleft()
            done += self._interpolated(acc, times)
            while len(self._gyr_timed) > 1 and self._gyr_timed[1][1][0] <= times[-1]:
                self._gyr_timed.popleft()
        while len(self._acc_timed) > 4 * MOST_WAITING:
            self.unpaired += len(self._acc_timed.popleft()[0])
        while len(self._gyr_timed) > 4 * MOST_WAITING:
            self._gyr_timed.popleft()
        return done

    def _instants(self, kind: str, block: Block) -> Array:
        """The device's clock at each sample: as far apart as the last two stamps say, if that is near the period."""
        stamp, n = block.stamp_s or 0.0, len(block)
        last = self._last.get(kind)
        spacing = self.period
        if last is not None:
            counted = last[1] if self.stamp_of == "first" else n
            measured = (stamp - last[0]) / counted
            if abs(measured / self.period - 1) < 0.2:
                spacing = measured
        self._last[kind] = (stamp, n)
        steps = np.arange(n, dtype=np.float64) - (0 if self.stamp_of == "first" else n - 1)
        return stamp + steps * spacing

    def _interpolated(self, acc: Block, times: Array) -> list[Block]:
        gyr_t = np.concatenate([t for _, t in self._gyr_timed])
        gyr = np.concatenate([b.gyr for b, _ in self._gyr_timed if b.gyr is not None])
        covered = (times >= gyr_t[0]) & (times <= gyr_t[-1])
        if len(gyr_t) > 1:
            after = np.clip(np.searchsorted(gyr_t, times), 1, len(gyr_t) - 1)
            covered &= (gyr_t[after] - gyr_t[after - 1] <= 4 * self.period) | np.isin(times, gyr_t)
        self.unpaired += int((~covered).sum())
        edges = np.flatnonzero(np.diff(np.concatenate([[0], covered.astype(int), [0]])))
        runs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
        return [self._run(acc, times, gyr_t, gyr, start, end) for start, end in runs]

    def _run(self, acc: Block, times: Array, gyr_t: Array, gyr: Array, start: int, end: int) -> Block:
        assert acc.acc is not None
        part = times[start:end]
        values = np.stack([np.interp(part, gyr_t, gyr[:, i]) for i in range(3)], axis=1)
        stamp = float(part[0] if self.stamp_of == "first" else part[-1])
        return self._whole(replace(acc, acc=acc.acc[start:end], stamp_s=stamp), values, None)


def _take(waiting: deque[Block], n: int) -> Block:
    """The first n samples of what waits."""
    head = waiting.popleft()
    if n == len(head):
        return head
    waiting.appendleft(_part(head, slice(n, None)))
    return _part(head, slice(None, n))


def _part(block: Block, rows: slice) -> Block:
    return replace(
        block,
        acc=None if block.acc is None else block.acc[rows],
        gyr=None if block.gyr is None else block.gyr[rows],
    )
