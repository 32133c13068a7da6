#!/usr/bin/env python3
"""Writes oracle.json: p-values by SciPy, Newcombe's intervals worked a second way. Run: python3 oracle.py > oracle.json

The intervals take Wilson's bounds as the roots of the score equation |x/n - t| = z sqrt(t (1 - t) / n), found by
bisection, and not by their closed form.
"""
import json
import math
import random
import sys

import scipy
from scipy.stats import fisher_exact, norm

random.seed(1935)
Z = norm.ppf(0.975)


def bound(events, count, low, high):
    """The root of the score equation between low and high, of which one is the share itself."""
    share = events / count
    def inside(t):
        return abs(share - t) <= Z * math.sqrt(t * (1 - t) / count)
    near, far = share, (low if low < share else high)
    if near == far:
        return share
    if inside(far):
        return far
    for _ in range(200):
        middle = (near + far) / 2
        near, far = (middle, far) if inside(middle) else (near, middle)
    return near


def newcombe(e1, n1, e2, n2):
    """Of the second share minus the first."""
    p1, p2 = e1 / n1, e2 / n2
    l1, u1 = bound(e1, n1, 0, p1), bound(e1, n1, p1, 1)
    l2, u2 = bound(e2, n2, 0, p2), bound(e2, n2, p2, 1)
    return [p2 - p1 - math.sqrt((p2 - l2) ** 2 + (u1 - p1) ** 2), p2 - p1 + math.sqrt((u2 - p2) ** 2 + (p1 - l1) ** 2)]


tables = []
for n1, n2 in [(1, 1), (3, 3), (4, 4), (5, 5), (10, 10), (10, 20), (30, 30)]:
    tables += [(0, n1, 0, n2), (0, n1, n2, n2), (n1, n1, 0, n2), (n1, n1, n2, n2), (n1 // 2, n1, n2 // 2, n2), (0, n1, 1, n2), (1, n1, 0, n2)]
for _ in range(100):
    n1, n2 = random.randint(1, 60), random.randint(1, 60)
    tables.append((random.randint(0, n1), n1, random.randint(0, n2), n2))
for scale in (1000, 30_000, 1_000_000):
    for _ in range(20):
        n1, n2 = random.randint(scale // 3, scale), random.randint(scale // 3, scale)
        share = random.choice([0.001, 0.02, 0.3, 0.5, 0.9])
        wobble = random.gauss(0, 2) * math.sqrt(share * (1 - share) * (1 / n1 + 1 / n2))
        tables.append((round(share * n1), n1, max(0, min(n2, round((share + wobble) * n2))), n2))
for n in (100, 5000, 2_000_000):
    tables += [(n // 2, n, n // 2 + d, n) for d in (0, 1, round(math.sqrt(n)))] + [(0, n, 12, n), (7, n, 7, 3 * n)]

rows = []
for e1, n1, e2, n2 in tables:
    p = float(fisher_exact([[e1, n1 - e1], [e2, n2 - e2]])[1])
    rows.append([e1, n1, e2, n2, p, *newcombe(e1, n1, e2, n2)])
head = json.dumps({"python": sys.version.split()[0], "scipy": scipy.__version__, "columns": ["events", "count", "events after", "count after", "p", "low", "high"]})
print(head[:-1] + ', "tables": [\n' + ",\n".join(json.dumps(row) for row in rows) + "\n]}")
