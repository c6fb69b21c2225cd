"""What is in a native recording: the topics of its messages, and the schemas that explain them."""

import json

from liftcheck.recording.blocks import SAMPLES_SCHEMA

METADATA = "liftcheck"
SAMPLES, EVENTS, PACKETS = "samples", "events", "packets"  # topics
CHANNELS = {SAMPLES: 1, EVENTS: 2, PACKETS: 3}

EVENTS_SCHEMA = json.dumps(
    {
        "title": "liftcheck event",
        "description": "Something decided or noticed at a moment of the stream, by a person or by the pipeline.",
        "type": "object",
        "properties": {
            "t": {"type": "number", "description": "seconds since the recording began; holds after the sample at t"},
            "kind": {"type": "string"},
            "by": {"enum": ["person", "pipeline"]},
            "data": {"type": "object"},
        },
        "required": ["t", "kind", "by", "data"],
    },
    indent=1,
)
PACKETS_SCHEMA = """\
liftcheck raw packet, version 1: what the radio brought, for looking into faults.

bytes 0-7   little-endian 64-bit float: the computer's monotonic clock at arrival, in seconds
bytes 8-    the notification's bytes as the sensor sent them; the attached firmware profile says what they mean
"""


def schemas() -> list[tuple[str, str, tuple[str, str, bytes]]]:
    """Topic, message encoding, and the schema that explains it, in the order of `CHANNELS`."""
    return [
        (SAMPLES, "liftcheck-block", ("liftcheck.SampleBlock", "words", SAMPLES_SCHEMA.encode())),
        (EVENTS, "json", ("liftcheck.Event", "jsonschema", EVENTS_SCHEMA.encode())),
        (PACKETS, "liftcheck-packet", ("liftcheck.Packet", "words", PACKETS_SCHEMA.encode())),
    ]
