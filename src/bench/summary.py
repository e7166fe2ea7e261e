"""Medians of the runs that table.sh printed, by row, mode and server: python3 summary.py FILE..."""
import collections
import re
import statistics
import sys

runs = collections.defaultdict(list)
for line in (line for file in sys.argv[1:] for line in open(file)):
    label = re.match(r"(\S+)/(\S+) (\S+) (\S+) .*RESULT", line)
    if label:
        row, turn, mode, server = label.groups()
        values = dict(word.split("=", 1) for word in line.split() if "=" in word)
        runs[row, "measured" if turn.isdigit() else turn, mode, server].append(values)
for key in sorted(runs):
    figures = []
    for name in ("cpu", "p50", "last", "lastp99", "rss"):
        values = [float(run[name]) for run in runs[key]]
        figures.append(f"{name} {statistics.median(values):.1f} ({min(values):.1f}-{max(values):.1f})")
    print(*key, *figures)
