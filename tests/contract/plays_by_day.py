"""The plays of each day and those with a known song: by batch_days, and by the plays."""

from collections import Counter
from datetime import date

from .warehouse import Warehouse


def kept_plays(warehouse: Warehouse) -> dict[date, tuple[int, int]]:
    """Return the plays and matched plays of each day, by the rows of batch_days."""
    text = """
        select event_date, cast(sum(plays) as bigint), cast(sum(matched_plays) as bigint)
        from batch_days group by 1 having sum(plays) != 0 or sum(matched_plays) != 0
    """
    return {day: (plays, matched) for day, plays, matched in warehouse.query(text)[1]}


def counted_plays(warehouse: Warehouse) -> dict[date, tuple[int, int]]:
    """Return the same by the plays themselves."""
    plays = warehouse.table("songplays")
    days = Counter(play["start_time"].date() for play in plays)
    matched = Counter(play["start_time"].date() for play in plays if play["song_id"])
    return {day: (count, matched[day]) for day, count in days.items()}
