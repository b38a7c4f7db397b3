"""Sparkify beside the tools a user would pick instead, on the same data, in turns.

    make bench-peers                     a million events, 14,896 one-object song files
    make bench-peers EVENTS=10000000 ROUNDS=3
    python -m bench.peers --events 50000 --rounds 1 --only Polars

Every run is a process of its own that makes its tables anew; the rows of every table are then
compared with ours. Machines differ and are noisy: the ratio is what counts, round by round.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.page import place_of, written
from bench.peers.lineup import BARE, OURS, PEERS, Peer, run
from bench.peers.page import Cost, Line, bars, place_name, section, table

Tables = dict[str, list[int]]  # count and digest of each table's rows
A_FEW = 1_000  # events: a first run of each, so that what is compiled once is there


def main() -> None:
    """Measure, print, and write into the page if one is named."""
    arguments = _arguments()
    page = arguments.page and arguments.page.read_text(encoding="utf-8")
    name = place_name(arguments.events)
    if page and not place_of(name, page):
        sys.exit(f"{arguments.page} has no place for a run of {arguments.events:,} events")
    costs = measured(_present(arguments.only), arguments.events, arguments.songs, arguments.rounds)
    lines = [Line(peer.title, peer.leaves, own, costs[OURS]) for peer, own in costs.items()]
    print(table(lines))
    if page:
        picture = arguments.page.with_name(f"peers-{arguments.events}.svg")
        picture.write_text(bars(lines), encoding="utf-8")
        text = section(lines, arguments.events, arguments.songs, picture.name)
        arguments.page.write_text(written(page, name, text), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--songs", type=int, default=14_896)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", action="append", metavar="NAME", help="of the peers, this one")
    parser.add_argument("--page", type=Path, help="the page to write the table and a picture to")
    return parser.parse_args()


def _present(only: list[str] | None) -> list[Peer]:
    present = [OURS, BARE]
    for peer in PEERS:
        if only and peer.name not in only:
            continue
        if missing := peer.missing():
            print(f"{peer.name} is left out: {missing} is not installed", file=sys.stderr)
        else:
            present.append(peer)
    return present


def measured(peers: list[Peer], events: int, songs: int, rounds: int) -> dict[Peer, list[Cost]]:
    """What each peer took in each round. Exits where one fails or makes other rows than we do."""
    costs: dict[Peer, list[Cost]] = {peer: [] for peer in peers}
    with tempfile.TemporaryDirectory(prefix="sparkify-bench-") as folder:
        few, data = Path(folder, "few"), Path(folder, "data")
        run("delivery", few, A_FEW, 20)
        _round(peers, few)
        run("delivery", data, events, songs)
        for number in range(rounds):
            for peer, cost in _round(peers, data).items():
                costs[peer].append(cost)
                print(f"{number + 1}. {peer.name:<20} {cost.seconds:8.2f} s", file=sys.stderr)
    return costs


def _round(peers: list[Peer], data: Path) -> dict[Peer, Cost]:
    costs: dict[Peer, Cost] = {}
    ours: Tables = {}
    for peer in peers:
        with tempfile.TemporaryDirectory(dir=data.parent) as folder:
            try:
                cost = json.loads(run("measured", *peer.command(data, Path(folder))))
                if peer.export:
                    run(peer.export, folder)
                rows = json.loads(run("rows", folder))
            except subprocess.CalledProcessError as error:
                sys.exit(f"{peer.name} failed:\n{error.stderr}")
        ours = ours or rows
        if other := [table for table in ours if rows[table] != ours[table]]:
            sys.exit(f"{peer.name} makes other rows than Sparkify: {', '.join(other)}")
        costs[peer] = Cost(**cost)
    return costs


if __name__ == "__main__":
    main()
