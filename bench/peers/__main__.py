"""Compare Sparkify with other tools on the same data, in turns.

    make bench-peers                     a million events, 14,896 song files of one record each
    make bench-peers EVENTS=10000000 ROUNDS=3
    python -m bench.peers --events 50000 --rounds 1 --only Polars

Every run is a process of its own that starts without tables; the rows of all its tables are then
compared with Sparkify's. Machines differ and are noisy, so what counts is the ratio by round.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.page import find_section, replace_section
from bench.peers.lineup import BARE_PEER, PEERS, SPARKIFY_PEER, Peer, run_module
from bench.peers.page import Cost, Line, draw_bars, peers_section, peers_table, section_name

TableDigests = dict[str, list[int]]  # count and digest of each table's rows
WARM_UP_EVENTS = 1_000  # for a first run of each tool, which compiles its modules


def main() -> None:
    """Measure and print, and write the result into a page if one is named."""
    arguments = _arguments()
    page = arguments.page and arguments.page.read_text(encoding="utf-8")
    name = section_name(arguments.events)
    if page and not find_section(name, page):
        sys.exit(f"{arguments.page} has no section {name}")
    peers = _installed(arguments.only)
    costs = measure_peers(peers, arguments.events, arguments.songs, arguments.rounds)
    baseline = costs[SPARKIFY_PEER]
    lines = [Line(peer.title, peer.leaves, own, baseline) for peer, own in costs.items()]
    print(peers_table(lines))
    if page:
        picture = arguments.page.with_name(f"peers-{arguments.events}.svg")
        picture.write_text(draw_bars(lines), encoding="utf-8")
        text = peers_section(lines, arguments.events, arguments.songs, picture.name)
        arguments.page.write_text(replace_section(page, name, text), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--songs", type=int, default=14_896)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", action="append", metavar="NAME", help="run only this peer")
    parser.add_argument("--page", type=Path, help="the page to write the table and picture into")
    return parser.parse_args()


def _installed(only: list[str] | None) -> list[Peer]:
    installed = [SPARKIFY_PEER, BARE_PEER]
    for peer in PEERS:
        if only and peer.name not in only:
            continue
        if missing := peer.missing():
            print(f"{peer.name} is skipped: {missing} is not installed", file=sys.stderr)
        else:
            installed.append(peer)
    return installed


def measure_peers(
    peers: list[Peer], events: int, songs: int, rounds: int
) -> dict[Peer, list[Cost]]:
    """Return the costs of each peer by round. Exit if one fails or has other rows than Sparkify."""
    costs: dict[Peer, list[Cost]] = {peer: [] for peer in peers}
    with tempfile.TemporaryDirectory(prefix="sparkify-bench-") as folder:
        few, data = Path(folder, "few"), Path(folder, "data")
        run_module("dataset", few, WARM_UP_EVENTS, 20)
        _measure_round(peers, few)
        run_module("dataset", data, events, songs)
        for number in range(rounds):
            for peer, cost in _measure_round(peers, data).items():
                costs[peer].append(cost)
                print(f"{number + 1}. {peer.name:<20} {cost.seconds:8.2f} s", file=sys.stderr)
    return costs


def _measure_round(peers: list[Peer], data: Path) -> dict[Peer, Cost]:
    costs: dict[Peer, Cost] = {}
    expected: TableDigests = {}
    for peer in peers:
        with tempfile.TemporaryDirectory(dir=data.parent) as folder:
            try:
                cost = json.loads(run_module("measure", *peer.command(data, Path(folder))))
                if peer.export:
                    run_module(peer.export, folder)
                digests = json.loads(run_module("rows", folder))
            except subprocess.CalledProcessError as error:
                sys.exit(f"{peer.name} failed:\n{error.stderr}")
        expected = expected or digests
        if wrong := [table for table in expected if digests[table] != expected[table]]:
            sys.exit(f"{peer.name} has other rows than Sparkify: {', '.join(wrong)}")
        costs[peer] = Cost(**cost)
    return costs


if __name__ == "__main__":
    main()
