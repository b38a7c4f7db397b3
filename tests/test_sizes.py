"""Sizes as people read them."""

import pytest

from sparkify.sizes import readable_size


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (9_949, "9.9 kB"),
        (9_950, "10 kB"),
        (19_200, "19 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (4_123_456, "4.1 MB"),
        (81_000_000_000, "81 GB"),
        (1_500_000_000_000, "1.5 TB"),
        (2_500_000_000_000_000, "2,500 TB"),
    ],
)
def test_a_size_has_the_unit_that_fits_it(size: int, text: str) -> None:
    assert readable_size(size) == text
