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


def readable_share(part: int, whole: int) -> str:
    """Return a part of a whole: `1 of 6,820 (0.01%)`; only nothing is 0%, only all is 100%."""
    return f"{part:,} of {whole:,} ({_percent(part, whole)})"


def _percent(part: int, whole: int) -> str:
    if part in {0, whole}:
        return "100%" if part else "0%"
    percent = 100 * part / whole
    for decimals, least in ((0, 10), (1, 1), (2, 0.01)):
        if percent >= least and f"{percent:.{decimals}f}" != f"{100:.{decimals}f}":
            return f"{percent:.{decimals}f}%"
    return "<0.01%" if percent < 50 else ">99.99%"


def readable_duration(seconds: float) -> str:
    """Return a duration in the unit that fits it: `40 ms`, `0.5 s`, `12 s`, `3 min 5 s`, `2 h`."""
    if seconds < 0.0995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    large, small = divmod(whole, 60) if whole < 3600 else divmod(round(seconds / 60), 60)
    units = ("min", "s") if whole < 3600 else ("h", "min")
    return f"{large:,} {units[0]} {small} {units[1]}" if small else f"{large:,} {units[0]}"
