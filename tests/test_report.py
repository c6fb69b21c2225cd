"""The coach's report and the comparison of two sessions; all lifts here are synthetic."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner

import liftcheck
from liftcheck.analysis import Settings
from liftcheck.cli import main
from liftcheck.lifts.exposure import Exposure
from liftcheck.lifts.lift import Lift, Technique
from liftcheck.lifts.load import EnteredLoad, lifting_index
from liftcheck.look.texts import LANGUAGES, texts
from liftcheck.recording.recording import Recording
from liftcheck.report import compare, comparison_page, report
from liftcheck.report.notes import PATTERNS, noticed
from liftcheck.report.page import border_m, gaps_in
from liftcheck.samples import Samples
from liftcheck.scoring import Score
from liftcheck.scoring.columns import RECORDING_COLUMNS, tidy_row
from liftcheck.shipped import shipped
from liftcheck.trunk.motion import Motion

OWN_AXES = ("ax", "ay", "az", "wx", "wy", "wz")  # of a CSV that is not ours

LEGS, MIXED, BACK, UNCLEAR = Technique.LEGS, Technique.MIXED, Technique.BACK, Technique.UNCLEAR


def a_lift(number: int, technique: Technique | None, rng: np.random.Generator, apart_s: float = 12.0) -> Lift:
    at = 20.0 + apart_s * number
    lean, hips = {LEGS: (58, 0.33), MIXED: (68, 0.19), BACK: (93, 0.06), UNCLEAR: (62, 0.24), None: (32, 0.03)}[
        technique
    ]
    lean, hips = lean + rng.normal(0, 5), max(0.0, hips + rng.normal(0, 0.03))
    decided = technique in (LEGS, BACK)
    leg_cm = 100 * hips
    trunk_cm = 52 * (1 - np.cos(np.radians(lean)))
    return Lift(
        lift=number if technique else None, start_s=at - 1.2, bottom_s=at, end_s=at + 1.4, peak_flexion_deg=lean + 2,
        flexion_at_bottom_deg=lean, flexion_at_end_deg=3.0, peak_down_velocity_deg_s=95 + rng.normal(0, 12),
        peak_up_velocity_deg_s=-88 + rng.normal(0, 12), lean_deg=rng.normal(0, 4), turn_deg=rng.normal(0, 18),
        drop_m=hips + 0.1, hip_drop_m=hips, hip_drop_error_m=0.03, knee_deg=40 + 160 * hips, knee_error_deg=9.0,
        stoop_index=float(100 * trunk_cm / (trunk_cm + leg_cm)), technique=technique,
        confidence=float(rng.uniform(0.8, 0.99)) if decided else None,
        reason="0.4 s of signal missing at the bottom" if technique is UNCLEAR else "" if technique else "shallow",
    )  # fmt: skip


def a_score(techniques: list[Technique | None], *, seed: int = 3, apart_s: float = 12.0, **changes: object) -> Score:
    rng, numbers, lifts = np.random.default_rng(seed), iter(range(1, 10_000)), []
    lifts = [a_lift(next(numbers), technique, rng, apart_s) for technique in techniques]
    duration_s = 40.0 + apart_s * len(lifts)
    t = np.arange(0, duration_s, 0.02)
    flexion = 4.0 + sum((x.peak_flexion_deg * np.exp(-((t - x.bottom_s) ** 2)) for x in lifts[:60]), np.zeros(len(t)))
    zero = np.zeros(len(t))
    exposure = Exposure()
    exposure.push(Motion(t, flexion, zero, zero, np.gradient(flexion, 0.02), zero, zero, zero == 0), tuple(lifts))
    counts = {str(technique): techniques.count(technique) for technique in Technique}
    judged = counts["legs"] + counts["mixed"] + counts["back"]
    row = {
        "recording": "session-2026-03-14-0912", "wearer": "T-07", "started": "2026-03-14T09:12:00+01:00",
        "duration_s": duration_s, "worn_s": duration_s, "rate_hz": 99.8, "loss_percent": 0.2, "quality": "",
        "lifts": sum(counts.values()), **counts, "back_percent": 100 * counts["back"] / judged if judged else None,
        "shallow_bends": techniques.count(None), "lifts_per_hour": 3600 * sum(counts.values()) / duration_s,
        **exposure.columns(), "slips": 0, "calibration": "event", "path": "session.mcap",
    }  # fmt: skip
    return Score(tidy_row(row | changes, RECORDING_COLUMNS), tuple(lifts), exposure.details())


def a_recording(**changes: object) -> Recording:
    t = np.concatenate([np.arange(0, 30, 0.01), np.arange(30.5, 330, 0.01)])
    samples = Samples(t, np.zeros((len(t), 3)), np.zeros((len(t), 3)))
    values = {"samples": samples, "name": "session", "profile": "witmotion-wt901", "height_m": 1.75, "site": "mid-back"}
    return Recording(**(values | changes))  # type: ignore[arg-type]


USUAL: list[Technique | None] = [BACK, MIXED, LEGS, BACK, LEGS, LEGS, MIXED, None, LEGS, LEGS, LEGS, UNCLEAR, LEGS,
    LEGS, BACK, LEGS, None, MIXED, LEGS, LEGS, LEGS, MIXED, BACK, LEGS, BACK, LEGS]  # fmt: skip

LOAD = lifting_index(EnteredLoad(12.0, 0.40, 0.30, 0.90), 4.0, 0.1, asymmetry_deg=8.0, height_m=1.75)


def drawings(page: str) -> list[ElementTree.Element]:
    """Every drawing of a page, parsed strictly."""
    return [ElementTree.fromstring(found) for found in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]


def words_of(page: str) -> str:
    """What a reader reads, without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL))


PAGES = {
    "usual": a_score(USUAL),
    "with a load": replace(a_score(USUAL), load=LOAD),
    "empty": a_score([]),
    "no samples": a_score([], duration_s=0, worn_s=0, rate_hz=None, loss_percent=None, lifts_per_hour=None),
    "one lift": a_score([BACK]),
    "a thousand lifts": a_score(USUAL * 42, apart_s=25),
    "three thousand lifts": a_score(USUAL * 125, apart_s=9),
    "no calibration": a_score(USUAL, calibration="none"),
    "only unclear lifts": a_score([UNCLEAR] * 7),
    "only shallow bends": a_score([None] * 5),
    "no exposure": replace(a_score(USUAL), exposure=None),
    "no hip drop": replace(
        a_score([UNCLEAR]),
        lifts=(
            replace(
                a_score([UNCLEAR]).lifts[0],
                hip_drop_m=None, hip_drop_error_m=None, knee_deg=None, knee_error_deg=None, stoop_index=None,
            ),
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PAGES)
def test_a_page_is_whole_and_needs_nothing_from_elsewhere(case: str) -> None:
    page = report(PAGES[case], a_recording())
    assert page.startswith("<!DOCTYPE html>")
    assert page.rstrip().endswith("</html>")
    assert len(page.encode()) < 500_000
    assert "<script" not in page
    assert not re.search(r"""(?:src|href)=["'](?!#)|url\((?!data:|#)|@import""", page)
    assert drawings(page)
    assert not re.search(r"\b(nan|inf|None(?! of)|NaN)\b", words_of(page))
    assert texts("en")("report.page.limits").replace("'", "&#39;") in page


def test_the_data_come_first_then_the_headline_then_the_rest() -> None:
    page = words_of(report(replace(PAGES["usual"], load=LOAD), a_recording()))
    order = [
        "Data good. 5 min 52 s at 99.8 Hz, 0.2 % lost, one gap, the longest 0.5 s.",
        "One lift of 24 could not be judged.",
        "22 % of the judged lifts were done with the back",
        "5 of 23. With so few lifts the true share lies between 10 and 42 %.",
        "Every lift", "Over time", "Most with the legs", "Most with the back", "Exposure", "Beside the style",
        "Lift style: legs / mixed / back.", "Load", "How it was judged", "Every lift in numbers",
    ]  # fmt: skip
    places = [page.index(words) for words in order]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("changes", "doubt"),
    [
        ({"loss_percent": 2.0}, "samples lost"),
        ({"calibration": "none"}, "no calibration"),
        ({"rate_hz": 20.0}, "below 25 samples a second"),
        ({"slips": 2}, "the sensor slipped"),
        ({"worn_s": 700.0, "duration_s": 700.0}, "the trunk&#39;s lean is known for 5 min 52 s only"),
    ],
)
def test_a_doubt_about_the_data_is_said_before_anything_else(changes: dict[str, object], doubt: str) -> None:
    page = words_of(report(a_score(USUAL, **changes), a_recording()))
    assert f"! Data limited: {doubt}." in page
    assert page.index(doubt) < page.index("of the judged lifts")


def test_time_off_the_body_is_told() -> None:
    page = words_of(report(a_score(USUAL, worn_s=200.0), a_recording()))
    assert "Worn and calibrated for 3 min 20 s of it." in page


def test_what_the_reader_noticed_is_told() -> None:
    page = words_of(report(a_score(USUAL, quality="scale mended by 1.04; site not given"), a_recording()))
    assert "Noticed: scale mended by 1.04; site not given." in page


def test_without_a_lift_there_is_no_share_and_the_page_says_so() -> None:
    page = words_of(report(a_score([None, None]), a_recording()))
    assert "No lift in this session No bend was deep enough to be judged. 2 shallow bends counted." in page
    assert "Every lift" not in page


def test_lifts_that_could_not_be_judged_give_their_reasons() -> None:
    page = words_of(report(PAGES["only unclear lifts"], a_recording()))
    assert "None of 7 lifts could be judged Why: 0.4 s of signal missing at the bottom (7)." in page
    assert "Most with the legs" not in page


HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=y>&{{ 7*7 }}</style>"


def test_names_and_notes_are_text_and_never_markup() -> None:
    score = a_score(USUAL, recording=HOSTILE, wearer=HOSTILE, started=HOSTILE, quality=HOSTILE, path=HOSTILE)
    score = replace(score, lifts=tuple(replace(x, reason=HOSTILE, quality=(HOSTILE,)) for x in score.lifts))
    recording = a_recording(name=HOSTILE, note=HOSTILE, profile=HOSTILE, reader=HOSTILE)
    for page in (report(score, recording), comparison_page((score, recording), (score, recording))):
        assert "<script" not in page
        assert "<img" not in page
        assert page.count("</style>") == 1
        assert "&lt;script&gt;" in page
        assert "{{ 7*7 }}" in page
        assert drawings(page)


def test_the_table_holds_every_lift_with_its_numbers_and_its_reason() -> None:
    page = report(PAGES["usual"], a_recording())
    table = words_of(page.split("Every lift in numbers")[1])
    assert len(re.findall(r"<tr><td>\d", page.split("Every lift in numbers")[1])) == 24
    lift = PAGES["usual"].lifts[0]
    assert f"{lift.flexion_at_bottom_deg:.0f}°" in table
    assert f"{100 * lift.confidence:.0f} %" in table  # type: ignore[operator]
    assert "unclear" in table
    assert "0.4 s of signal missing at the bottom" in table


def test_no_verdict_is_called_certain() -> None:
    lifts = tuple(replace(x, confidence=x.confidence and 0.9999) for x in PAGES["usual"].lifts)
    page = words_of(report(replace(PAGES["usual"], lifts=lifts), a_recording()).split("Every lift in numbers")[1])
    assert "&gt;99 %" in page
    assert "100 %" not in page


def test_what_was_noticed_of_every_lift_is_told_once() -> None:
    lifts = tuple(replace(x, quality=("height not given",), reason="hips sank") for x in PAGES["usual"].lifts)
    lifts = (replace(lifts[0], quality=("height not given", "walked off")), *lifts[1:])
    page = words_of(report(replace(PAGES["usual"], lifts=lifts), a_recording()))
    assert page.count("height not given") == 1
    assert page.count("walked off") == 1
    assert page.count("hips sank") == 5  # of the mixed and the unclear ones; the others' numbers say it


def test_a_share_that_rests_on_few_of_the_lifts_says_so() -> None:
    page = words_of(report(a_score([BACK, LEGS, *[UNCLEAR] * 8]), a_recording()))
    assert "Only 2 of 10 lifts could be judged." in page


def test_a_table_that_is_too_long_says_how_many_lifts_it_leaves_out() -> None:
    assert "1\u00a0800 later lifts are left out of this table" in report(PAGES["three thousand lifts"], a_recording())


def test_the_three_lifts_shown_are_the_ones_furthest_to_either_side() -> None:
    page = words_of(report(PAGES["usual"], a_recording()))
    lifts = [lift for lift in PAGES["usual"].lifts if lift.is_lift]
    for technique, title, sign in ((LEGS, "Most with the legs", 1), (BACK, "Most with the back", -1)):
        of = [lift for lift in lifts if lift.technique is technique]
        best = sorted(of, key=lambda lift: sign * (lift.stoop_index or 0))[:3]
        shown = re.findall(r"Lift (\d+)", page.split(title)[1])[:3]
        assert [int(number) for number in shown] == [lift.lift for lift in best]


def test_the_map_shows_each_judged_lift_and_the_border() -> None:
    page = report(PAGES["usual"], a_recording())
    map_ = next(svg for svg in drawings(page) if svg.get("aria-label") == "map of lifts")
    marks = [use.get("href") for use in map_.iter("use")]
    assert (marks.count("#legs"), marks.count("#mixed"), marks.count("#back"), marks.count("#unclear")) == (14, 4, 5, 1)
    assert "knee 65°" in words_of(page)


def test_the_border_lies_at_a_fifth_of_a_metre_for_somebody_of_mean_height() -> None:
    assert border_m(Settings()) == pytest.approx(0.20, abs=0.005)
    assert border_m(Settings(height_m=1.90)) / 1.90 == pytest.approx(border_m(Settings(height_m=1.60)) / 1.60)


def test_a_long_session_is_counted_in_stretches() -> None:
    labels = [svg.get("aria-label") for svg in drawings(report(PAGES["a thousand lifts"], a_recording()))]
    assert "lifts of each kind over time" in labels
    assert "timeline of lifts" not in labels


def test_gaps_are_found_where_the_samples_stop() -> None:
    assert gaps_in(a_recording()) == [pytest.approx((29.99, 30.5))]
    assert gaps_in(a_recording(samples=Samples.empty())) == []


def test_the_load_is_told_with_the_origin_of_each_number() -> None:
    page = words_of(report(PAGES["with a load"], a_recording()))
    assert f"Lifting index (NIOSH) at least {LOAD.index:.2f}" in page
    assert "Reach 0.40 m × 0.62, entered" in page
    assert "Turned by 8 degrees × 0.97, sensor" in page
    assert "Grip not known × 1.00, assumed" in page
    assert "No load was entered" in words_of(report(PAGES["usual"], a_recording()))


def test_how_it_was_judged_is_told() -> None:
    recording = a_recording(height_m=None, site=None, reader="movella-dot", note="left hand hurt")
    page = words_of(report(PAGES["usual"], recording, Settings(site="waist", axes="up=-y,forward=+z")))
    for told in (
        "Sensor witmotion-wt901, waist", "Height not given, taken as 1.73 m", "Calibration by a person",
        "Settings default", "Axes up=-y,forward=+z", "Read as movella-dot", "Note left hand hurt",
        "At the waist a sensor cannot see some people&#39;s stoops",
    ):  # fmt: skip
        assert told in page


def session(back: int, legs: int, seed: int) -> tuple[Lift, ...]:
    return a_score([BACK] * back + [LEGS] * legs, seed=seed).lifts


def test_clearly_fewer_lifts_with_the_back_are_likely_better_and_more_are_likely_worse() -> None:
    before, after = session(15, 10, 1), session(2, 23, 2)
    assert compare(before, after).verdict == "likely better"
    assert compare(after, before).verdict == "likely worse"
    assert compare(before, session(14, 11, 3)).verdict == "no clear change"


def test_few_lifts_never_carry_a_verdict() -> None:
    comparison = compare(session(7, 0, 1), session(0, 30, 2))
    assert comparison.verdict == "no clear change"
    assert comparison.measures[0].low is None
    assert compare((), ()).verdict == "no clear change"
    assert compare(session(3, 5, 1), session(0, 8, 2)).verdict == "no clear change"  # three of eight prove nothing


def test_the_difference_and_its_interval_come_from_the_judged_lifts_alone() -> None:
    unclear = tuple(lift for lift in a_score([UNCLEAR] * 9 + [None] * 9).lifts)
    measure = compare((*session(10, 10, 1), *unclear), (*session(5, 15, 2), *unclear)).measures[0]
    assert (measure.a, measure.b, measure.difference, measure.lifts) == (50.0, 25.0, -25.0, (20, 20))
    assert measure.low is not None
    assert measure.high is not None
    assert measure.low < -25.0 < measure.high


def test_the_same_sessions_always_give_the_same_words() -> None:
    assert compare(session(9, 9, 1), session(5, 13, 2)) == compare(session(9, 9, 1), session(5, 13, 2))


def test_a_session_against_itself_has_not_changed() -> None:
    for measure in compare(session(9, 9, 1), session(9, 9, 1)).measures:
        assert (measure.difference, measure.verdict) == (0.0, "no clear change")


def test_the_page_of_a_comparison_tells_the_change_and_its_interval() -> None:
    a, b = a_score([BACK] * 14 + [LEGS] * 8), a_score([BACK] * 3 + [LEGS] * 21, seed=4)
    page = comparison_page((a, a_recording()), (b, a_recording()))
    text = words_of(page)
    assert "Likely better: fewer lifts with the back in B 64 % in A, 12 % in B; the difference lies between" in text
    assert len(page.encode()) < 500_000
    assert len([svg for svg in drawings(page) if svg.get("aria-label") == "map of lifts"]) == 2
    empty = words_of(comparison_page((a_score([]), a_recording()), (b, a_recording())))
    assert "Too few judged lifts to tell: 0 and 24." in empty


@pytest.fixture
def csv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A recording on disk; its score is hand-made, since here only what is written about it matters."""
    path = tmp_path / "monday.csv"
    rows = [f"{i / 100:.2f},0,0,9.81,0,0,0" for i in range(300)]
    path.write_text("time_s,acc_x_mps2,acc_y_mps2,acc_z_mps2,gyr_x_radps,gyr_y_radps,gyr_z_radps\n" + "\n".join(rows))
    monkeypatch.setattr("liftcheck.scoring.one.score", lambda *_, **__: a_score(USUAL))
    return path


def test_the_report_command_writes_a_page_and_never_over_another(csv: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    done = CliRunner().invoke(main, ["report", str(csv), "-o", str(page)])
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", f"{page} is written.\n")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    again = CliRunner().invoke(main, ["report", str(csv), "-o", str(page)])
    assert again.exit_code == 1
    assert again.stderr == f"{page} exists already and is left as it is; give another name, or --force to replace it.\n"
    assert CliRunner().invoke(main, ["report", str(csv), "-o", str(page), "--force", "-q"]).stderr == ""


def test_the_report_command_without_a_file_name_writes_to_stdout(csv: Path) -> None:
    done = CliRunner().invoke(main, ["report", str(csv)])
    assert done.stdout.startswith("<!DOCTYPE html>")
    assert done.stderr == ""


def test_a_csv_with_columns_of_its_own_is_reported_when_they_are_named(csv: Path, tmp_path: Path) -> None:
    head, _, rest = csv.read_text(encoding="utf-8").partition("\n")
    own = tmp_path / "own.csv"
    own.write_text("T,ax,ay,az,wx,wy,wz\n" + rest, encoding="utf-8")
    columns = ",".join(f"{plain}={name}" for plain, name in zip(head.split(","), ("T", *OWN_AXES), strict=True))
    done = CliRunner().invoke(main, ["report", str(own), "--columns", columns])
    assert done.exit_code == 0, done.stderr
    assert "<!doctype html>" in done.stdout.lower()
    assert CliRunner().invoke(main, ["report", str(own)]).exit_code == 1


def test_a_recording_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["report", str(tmp_path / "none.mcap")])
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "none.mcap" in done.stderr


def test_a_folder_that_is_not_there_is_said_before_the_work(csv: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["report", str(csv), "-o", str(tmp_path / "no" / "page.html")])
    assert done.exit_code == 1
    assert f"the folder {tmp_path / 'no'} does not exist" in done.stderr


def test_the_compare_command_prints_lines_json_or_a_page(csv: Path, tmp_path: Path) -> None:
    lines = CliRunner().invoke(main, ["compare", str(csv), str(csv)]).stdout.splitlines()
    assert lines[0].startswith("No clear change in the lifts with the back. 22 % in A, 22 % in B;")
    assert lines[1].split() == ["A", "B", "B", "-", "A", "95", "%", "interval"]
    assert len(lines) == 6
    assert len({line.index("  no clear change") for line in lines[2:]}) == 1
    found = json.loads(CliRunner().invoke(main, ["compare", str(csv), str(csv), "--json"]).stdout)
    assert found["verdict"] == "no clear change"
    assert found["measures"][0]["difference"] == 0.0
    page = tmp_path / "both.html"
    done = CliRunner().invoke(main, ["compare", str(csv), str(csv), "-o", str(page)])
    assert (done.exit_code, done.stdout) == (0, "")
    assert "Two sessions compared" in page.read_text(encoding="utf-8")


CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
@pytest.mark.parametrize("case", PAGES)
def test_a_page_is_in_one_language(case: str, language: str) -> None:
    html = report(replace(PAGES[case], load=LOAD), a_recording(), language=language)
    page, own = words_of(html), texts(language).entries
    left = [
        text
        for key, text in texts("en").entries.items()
        if key.startswith("report.") and "{" not in text and len(text) > 12 and own[key] != text and text in page
    ]
    assert left == []
    assert f'<html lang="{language}">' in html


@pytest.mark.parametrize(("pattern", "key"), PATTERNS.items(), ids=PATTERNS.values())
def test_a_note_on_the_data_is_known_as_the_program_writes_it(pattern: re.Pattern[str], key: str) -> None:
    english = texts("en").entries[f"report.note.{key}"]
    sample = {"site": "waist", "axes": "x and y", "axis": "acc x", "limit": "156.9 m/s²", "count": "3"}
    note = english.format(**{name: sample.get(name, "12.5") for name in pattern.groupindex})
    assert pattern.fullmatch(note)
    fixed = [part.strip() for part in re.split(r"\{\w+\}| grip.*| longer than 0.2|: |, ", english) if len(part) > 8]
    paths = [path for path in Path(liftcheck.__file__).parent.rglob("*.py") if path.name != "notes.py"]
    assert any(part in path.read_text(encoding="utf-8") for path in paths for part in fixed)
    for language in LANGUAGES[1:]:
        assert noticed(note, texts(language)) != note
        assert noticed("something rare", texts(language)) == "something rare"


def test_a_page_writes_numbers_and_dates_as_its_language_does() -> None:
    page = words_of(report(PAGES["usual"], a_recording(), language="de"))
    assert "14. März 2026, 09:12" in page
    assert "99,8 Hz" in page


def test_the_page_has_the_language_that_is_asked_for(tmp_path: Path) -> None:
    source, page = shipped("recordings") / "demo.mcap", tmp_path / "page.html"
    done = CliRunner().invoke(main, ["report", str(source), "--language", "pl", "-o", str(page)])
    assert done.exit_code == 0, done.stderr
    assert texts("pl")("report.page.title") in page.read_text(encoding="utf-8")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this computer to open the page in")
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_browser_opens_the_page_and_prints_its_first_page_whole(tmp_path: Path, paper: str) -> None:
    page = report(PAGES["usual"], a_recording()).replace("size: A4", f"size: {paper}")
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync",
             "--disable-component-update", "--no-first-run", f"--user-data-dir={tmp_path / 'profile'}"]  # fmt: skip
    printed = tmp_path / "page.pdf"
    subprocess.run(
        [str(CHROMIUM), *flags, "--no-pdf-header-footer", f"--print-to-pdf={printed}", f"file://{tmp_path}/page.html"],
        check=True, capture_output=True, timeout=100,
    )  # fmt: skip
    assert printed.read_bytes().startswith(b"%PDF")
    if pdftotext := shutil.which("pdftotext"):
        first = subprocess.run([pdftotext, "-l", "1", str(printed), "-"], capture_output=True, text=True, check=True)
        assert first.stdout.index("Lift style report") < first.stdout.index("Judged at 65°")
        assert "Every lift in numbers" not in first.stdout
