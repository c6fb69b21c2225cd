"""What people say of recordings: the recording itself goes first, then its row, its wearer's row, the options."""

from pathlib import Path

import pytest
from hand_made import a_recording

from liftcheck.errors import LiftcheckError
from liftcheck.recording.labels import Facts
from liftcheck.samples import Event
from liftcheck.scoring.said import Wearers, checked, first, put_into, read_wearers


def wearers(tmp_path: Path, *texts: str) -> Wearers:
    paths = []
    for n, text in enumerate(texts):
        paths.append(tmp_path / f"w{n}.csv")
        paths[-1].write_text(text, encoding="utf-8")
    return read_wearers(paths)


def test_a_recordings_row_goes_before_its_wearers(tmp_path: Path) -> None:
    table = wearers(
        tmp_path,
        "wearer,height_m,shoes\nann,1.6,red\nbob,1.9,\n",
        "recording,wearer,site,height_m\nmon,ann,pelvis,1.65\ntue,ann,,\n",
    )
    assert table.of("mon", None) == Facts(wearer="ann", site="waist-back", height_m=1.65)
    assert table.of("tue", None).height_m == 1.6
    assert table.of("wed", "bob").height_m == 1.9
    assert table.of("wed", None) == Facts()


def test_only_what_may_matter_travels(tmp_path: Path) -> None:
    table = wearers(tmp_path, "wearer,height_m\nann,1.6\nbob,1.9\n", "recording,wearer\nmon,ann\n")
    assert set(table.narrowed("mon").facts) == {"mon", "ann"}
    assert table.narrowed("tue") == table


def test_options_fill_only_what_nobody_else_said() -> None:
    said = first(Facts(site="chest"), Facts(site="waist", height_m=1.8))
    assert said == Facts(site="chest", height_m=1.8)
    mine = put_into(a_recording(site="low-back", height_m=None), said)
    assert (mine.site, mine.height_m, mine.wearer) == ("low-back", 1.8, "anna")


def test_a_load_becomes_an_event_unless_one_was_entered_in_the_recording() -> None:
    said = Facts(load_kg=12.0, lift_from_m=0.2, coupling="fair")
    (event,) = put_into(a_recording(), said).events
    assert event == Event(0.0, "load", "person", {"load_kg": 12.0, "from_m": 0.2, "coupling": "fair"})
    entered = Event(3.0, "load", "person", {"load_kg": 5.0})
    assert put_into(a_recording(events=(entered,)), said).events == (entered,)
    assert put_into(a_recording(load_kg=4.0), said).load_kg == 4.0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,height_m\nann,1.6\n", "neither a recording nor a wearer"),
        ("wearer,height_m\nann,160\n", "height_m is '160'"),
        ("wearer,site\nann,knee\n", "site is 'knee'"),
        ("wearer,load_kg,coupling\nann,5,glued\n", "glued"),
    ],
)
def test_what_cannot_be_is_named_with_its_file(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(LiftcheckError) as caught:
        wearers(tmp_path, text)
    assert said in str(caught.value)
    assert "w0.csv" in str(caught.value)


def test_a_load_that_cannot_be_is_refused() -> None:
    with pytest.raises(LiftcheckError, match="--load: a load of 900 kg"):
        checked(Facts(load_kg=900.0), "--load")
