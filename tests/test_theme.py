import pytest

from liftcheck.look.theme import DARK, FONTS, LIGHT, THEMES, TILES, VERDICTS, contrast


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_text_is_readable_on_every_ground_of_the_theme(theme) -> None:
    for ground in (theme.bg, theme.surface):
        assert contrast(theme.ink, ground) > 15
        assert contrast(theme.ink2, ground) > 4.5
    assert contrast(theme.ink2, theme.mute) > 4.5
    for verdict in VERDICTS:
        tile = theme.tile(verdict)
        assert contrast(tile.fill, tile.text) > 4.5


def test_the_colours_of_the_verdicts_keep_the_contrasts_that_the_design_states() -> None:
    assert contrast(LIGHT.ink, LIGHT.surface) == pytest.approx(18.0, abs=0.1)
    assert contrast(LIGHT.back, LIGHT.surface) == pytest.approx(3.9, abs=0.1)
    assert contrast(DARK.legs, DARK.surface) == pytest.approx(5.9, abs=0.1)
    assert contrast(LIGHT.unclear.fill, LIGHT.unclear.text) == pytest.approx(13.7, abs=0.1)
    assert contrast("#FFFFFF", TILES["back"].fill) < 4.5  # why vermilion carries black text


def test_the_verdicts_also_differ_in_grey() -> None:
    for theme in THEMES.values():
        for one, other in (("legs", "mixed"), ("mixed", "back")):
            assert contrast(theme.verdict(one), theme.verdict(other)) > 1.9


def test_the_fonts_and_their_licence_are_shipped() -> None:
    assert len(list(FONTS.glob("*.ttf"))) == 5
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
