"""Tones, one for each message, made here and played without Qt's multimedia.

Distinct in number, height and direction of the notes, so that they are told apart by ear: rising is well done, falling
asks for something, and none resembles a siren. 0.2 to 0.5 s long (SCIENCE 6).
"""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import cache
from queue import SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 44100
FADE_S = 0.012  # at both ends of a note, against clicks

# Message -> notes: (frequency in Hz, length in s); 0 Hz is silence.
MELODIES: dict[str, tuple[tuple[float, float], ...]] = {
    "legs": ((523.3, 0.11), (784.0, 0.22)),
    "improved": ((523.3, 0.09), (659.3, 0.09), (784.0, 0.24)),
    "mixed": ((587.3, 0.14), (0.0, 0.04), (587.3, 0.14)),
    "back": ((440.0, 0.14), (293.7, 0.28)),
    "warning": ((880.0, 0.07), (0.0, 0.03), (880.0, 0.07), (0.0, 0.03), (880.0, 0.07)),
    "dose": ((392.0, 0.16), (329.6, 0.16), (261.6, 0.18)),
    "break": ((659.3, 0.20), (523.3, 0.28)),
    "slump": ((349.2, 0.30),),
    "lost": ((233.1, 0.15), (0.0, 0.10), (233.1, 0.15)),
}

Tone = NDArray[np.int16]


@cache
def tone(message: str, volume: float = 0.5) -> Tone:
    """The samples of a message, mono, 16 bit, `RATE_HZ`. volume: 0 to 1."""
    parts = [_note(frequency, length) for frequency, length in MELODIES[message]]
    wave = np.concatenate(parts) * min(max(volume, 0.0), 1.0)
    return np.asarray(np.rint(wave * 32767 * 0.8), dtype=np.int16)


def _note(frequency: float, length: float) -> NDArray[np.float64]:
    t = np.arange(round(length * RATE_HZ)) / RATE_HZ
    # An octave and a fifth on top, softly: small loudspeakers carry those where they lose the ground note.
    wave = np.sin(2 * np.pi * frequency * t) + 0.3 * np.sin(4 * np.pi * frequency * t)
    wave += 0.15 * np.sin(6 * np.pi * frequency * t)
    edge = np.minimum(1.0, np.minimum(t, t[::-1]) / FADE_S)
    return np.asarray(wave / 1.45 * edge, dtype=np.float64)


class Sounds:
    """Plays messages. The first failure of the loudspeaker is told once, by `trouble`, and then all is quiet.

    open_device: starts a playback that pulls frames from a generator; None: miniaudio's default device.
    """

    def __init__(self, open_device: Callable[[Generator[Any, int, None]], Any] | None = None) -> None:
        self.volume = 0.5
        self.played: list[str] = []  # the last messages, for the tests
        self.trouble: Callable[[], None] = lambda: None
        self._open = open_device or _miniaudio_device
        self._device: Any = None
        self._silent = False
        # The audio library pulls from a thread of its own; a tone is handed over whole.
        self._tones: SimpleQueue[Tone] = SimpleQueue()

    def play(self, message: str) -> bool:
        """Sounds a message at once, in place of one that still sounds. False where it cannot be heard."""
        self.played = [*self.played[-19:], message]
        if self._silent or message not in MELODIES:
            return False
        if self._device is None and not self._start():
            return False
        self._tones.put(tone(message, self.volume))
        return True

    def test(self) -> bool:
        """All sounds after each other."""
        if self._silent or (self._device is None and not self._start()):
            return False
        pause = np.zeros(RATE_HZ // 3, dtype=np.int16)
        self._tones.put(np.concatenate([part for name in MELODIES for part in (tone(name, self.volume), pause)]))
        return True

    def close(self) -> None:
        """Lets go of the loudspeaker."""
        if self._device is not None:
            self._device.close()
            self._device = None

    def _start(self) -> bool:
        try:
            frames = self._frames()
            next(frames)
            self._device = self._open(frames)
        except Exception:  # whatever a sound system can come up with: the lift matters, not the sound
            self._silent = True
            self.trouble()
            return False
        return True

    def _frames(self) -> Generator[bytes, int, None]:
        waiting: Tone = np.empty(0, dtype=np.int16)
        wanted = yield b""
        while True:
            while not self._tones.empty():
                waiting = self._tones.get()
            part, waiting = waiting[:wanted], waiting[wanted:]
            wanted = yield np.pad(part, (0, wanted - len(part))).tobytes()


def _miniaudio_device(frames: Generator[Any, int, None]) -> Any:
    import miniaudio

    with _mute_c_libraries():
        device = miniaudio.PlaybackDevice(
            output_format=miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=RATE_HZ, buffersize_msec=40
        )
        device.start(frames)
    return device


@contextmanager
def _mute_c_libraries() -> Iterator[None]:
    """ALSA writes dozens of lines on stderr where there is no sound card, past Python; here one sentence is enough."""
    with open(os.devnull, "w") as nowhere:
        before = os.dup(2)
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(before, 2)
            os.close(before)
