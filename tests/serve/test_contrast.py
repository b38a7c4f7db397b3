"""The report's colours can be told apart, in light, in dark and on paper."""

import pytest

from .contrast import contrast, palettes

SCHEMES = palettes("report.css")
MARKS = ("paid", "free", "q1", "q2", "q3", "q4", "q5")
TEXTS = [
    *(("ink", "paper"), ("ink", "card"), ("soft", "paper"), ("soft", "card"), ("soft", "q0")),
    *(("paid", "paper"), ("paid", "card"), ("up", "card"), ("down", "card")),
    *(("ink", "q1"), ("card", "q2"), ("card", "q3"), ("card", "q4"), ("card", "q5")),
]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#c9c5f3", "#fffefb") == pytest.approx(1.63, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_stands_out_from_its_card(scheme: str, mark: str) -> None:
    assert contrast(SCHEMES[scheme][mark], SCHEMES[scheme]["card"]) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_a_text_can_be_read(scheme: str, text: str, ground: str) -> None:
    assert contrast(SCHEMES[scheme][text], SCHEMES[scheme][ground]) >= 4.5
