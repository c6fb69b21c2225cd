"""What a session says about a sensor that sends nonsense, while it is still worn."""

from queue import SimpleQueue

import pytest
from reliability.sittings import packets_of, worn

from liftcheck.samples import Samples
from liftcheck.sensors.ble import Arrivals
from liftcheck.sensors.link import LinkChange
from liftcheck.sensors.packets import Packet
from liftcheck.sensors.profiles import load_profile
from liftcheck.session import LiveSource

WITMOTION = "witmotion-ble5"


def said(packets: list[Packet], profile: str = WITMOTION) -> list[str]:
    """Every message of a source that gets these packets, a second at a time."""
    queue: Arrivals = SimpleQueue()
    source = LiveSource(load_profile(profile), queue, {"rate_hz": "100"} if profile == WITMOTION else None)
    messages, second = [], 1.0
    queue.put(LinkChange(0.0, "connected"))
    for packet in packets:
        if packet.at >= second:
            messages.append(source.poll(0.0).message)
            second += 1.0
        queue.put(packet)
    return [words for words in [*messages, source.poll(0.0).message, source.flush().message] if words]


def changed(factor_acc: float = 1.0, factor_gyr: float = 1.0) -> list[Packet]:
    samples = worn(81_001, (), 8).samples
    return packets_of(Samples(samples.t, samples.acc * factor_acc, samples.gyr * factor_gyr), WITMOTION)


def test_a_healthy_sensor_is_not_doubted() -> None:
    assert said(changed()) == ["Connected."]


@pytest.mark.parametrize(
    ("packets", "words"),
    [
        (changed(factor_acc=0.25), "accelerometer reads 1/4 times gravity"),
        (changed(factor_gyr=0.5), "gyroscope and accelerometer disagree"),
        (changed()[::2], "rate: 50.0 Hz where 100 Hz is stated"),
    ],
    ids=["acc range", "gyr range", "every other packet lost"],
)
def test_what_is_wrong_is_said_once_within_half_a_minute(packets: list[Packet], words: str) -> None:
    begin = packets[:3300] if words[0] != "r" else packets[:1700]
    assert any(words in message for message in said(begin))
    assert sum(words.split(":")[0] in message for message in said(packets)) == 1


def test_a_wrong_profile_is_named_and_no_sample_made_up() -> None:
    messages = said(changed()[:400], "movella-dot")
    assert messages[1:] == [
        "The sensor sends, but nothing that the profile movella-dot can read: choose another profile."
    ]


def test_two_messages_of_one_moment_are_both_said() -> None:
    packets = packets_of(worn(81_001, (), 8).samples, WITMOTION)[:200]
    queue: Arrivals = SimpleQueue()
    source = LiveSource(load_profile("movella-dot"), queue)
    for arrival in (LinkChange(0.0, "connected"), *packets):
        queue.put(arrival)
    first, second = source.poll(0.0).message, source.poll(0.0).message
    assert first == "Connected."
    assert "choose another profile" in second
    assert source.poll(0.0).message == ""
