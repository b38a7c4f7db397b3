"""Sizes in bytes and numbers of things, as people read them."""

UNITS = ("kB", "MB", "GB", "TB")


def readable_size(size: int) -> str:
    """Return a size in the unit that fits it: `81 GB`, `4.1 MB`, `19 kB`, `312 bytes`."""
    if size < 1000:
        return f"{size} byte{'' if size == 1 else 's'}"
    value = float(size)
    for unit in UNITS:
        value /= 1000
        if value < 999.5 or unit == UNITS[-1]:
            break
    return f"{value:,.0f} {unit}" if value >= 9.95 else f"{value:.1f} {unit}"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number of things: `1 file`, `2 files`; `many` is an irregular plural."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
