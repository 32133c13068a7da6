#!/usr/bin/env python3
"""Random samples with what SciPy, or a second way of working it out, says of them.

Run: python3 oracle.py > oracle.json; python3 oracle.py SEED for other samples than those that are committed.

- Rates: fisher_exact. The intervals take Wilson's bounds as the roots of the score equation
  |x/n - t| = z sqrt(t (1 - t) / n), found by bisection, and not by their closed form.
- Ranks: mannwhitneyu, exact where there are no ties and neither side has more than 50, and asymptotic where one has.
  SciPy's exact method knows no ties: with them permutation_test over all deals of small sides, else the sums of ranks
  that every choice of single values gives, counted one value at a time.
- Shifts: all differences, worked out and sorted by NumPy, with the depth that the same counting gives.
- Pairs: permutation_test over all signs, beyond 12 pairs all signs by NumPy; the means of all subsets.
- Order: Bartels' ratio from rankdata, by beta.cdf; of short series also the share of all orders.
"""
import itertools
import json
import math
import random
import sys

import numpy as np
import scipy
from scipy.stats import beta, binom, fisher_exact, mannwhitneyu, norm, permutation_test, rankdata

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 1935
random.seed(SEED)
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


def rates():
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
    return [[e1, n1, e2, n2, float(fisher_exact([[e1, n1 - e1], [e2, n2 - e2]])[1]), *newcombe(e1, n1, e2, n2)] for e1, n1, e2, n2 in tables]


def rank_sums(doubled, n):
    """How many choices of n of the doubled ranks have each sum."""
    ways = np.zeros((n + 1, int(doubled.sum()) + 1))
    ways[0, 0] = 1
    for rank in doubled.astype(int):
        for k in range(n, 0, -1):
            ways[k, rank:] += ways[k - 1, :-rank]
    return ways[n]


def permuted(x, y):
    """Twice the smaller tail of the rank sum of x over all deals of the mid-ranks."""
    doubled = np.rint(2 * rankdata(np.concatenate([x, y])))
    sums = rank_sums(doubled, len(x))
    seen = int(doubled[: len(x)].sum())
    return min(1.0, 2 * min(sums[: seen + 1].sum(), sums[seen:].sum()) / sums.sum())


def rank_p(x, y):
    both = np.concatenate([x, y])
    tied = len(set(both)) < len(both)
    if max(len(x), len(y)) > 50:
        p = float(mannwhitneyu(x, y, method="asymptotic", use_continuity=True).pvalue)
        # All values equal: there is no deviation. And no p-value is rarer than the rarest deal.
        return 1.0 if math.isnan(p) else max(p, min(1.0, 2 / math.comb(len(both), len(x))))
    if not tied:
        return float(mannwhitneyu(x, y, method="exact").pvalue)
    p = permuted(x, y)
    if math.comb(len(both), len(x)) <= 2000 and min(len(x), len(y)) > 1:
        def u(a, b, axis):
            return (a[..., :, None] > b[..., None, :]).sum(axis=(-1, -2)) + (a[..., :, None] == b[..., None, :]).sum(axis=(-1, -2)) / 2
        scipys = permutation_test((x, y), u, permutation_type="independent", n_resamples=np.inf, vectorized=True, axis=-1).pvalue
        assert abs(p - scipys) < 1e-9, (p, scipys)
    return float(p)


def depth(n, m):
    """How many of the sorted differences an interval of 95 % leaves out at each end; -1: it takes more."""
    if max(n, m) > 50:
        return math.floor(n * m / 2 + 0.5 - Z * math.sqrt(n * m * (n + m + 1) / 12)) - 1
    sums = rank_sums(np.arange(1, n + m + 1), n)
    below = np.cumsum(sums[n * (n + 1) // 2 :]) / sums.sum()
    return int((below <= 0.025).sum()) - 1


def ranks():
    rows = []
    for place in range(240):
        longest = 60 if place % 4 == 0 else 20 if place % 4 == 1 else 8
        n, m = random.randint(1, longest), random.randint(1, longest)
        if place % 12 == 0:
            n = m = random.choice([10, 20, 50, 51, 60])
        move = random.choice([0, 0, 0.5, 2])
        step = random.choice([0.001, 0.001, 1, 0.5])
        x, y = ([round(random.gauss(10 + at, 1) / step) * step for _ in range(count)] for at, count in ((0, n), (move, m)))
        x, y = [round(v, 3) for v in x], [round(v, 3) for v in y]
        differences = np.sort(np.subtract.outer(np.array(y), np.array(x)).ravel())
        d = depth(n, m)
        interval = None if d < 0 else [float(differences[d]), float(differences[-1 - d])]
        rows.append({"before": x, "after": y, "p": rank_p(np.array(x), np.array(y)), "shift": float(np.median(differences)), "interval": interval})
    return rows


def sign_p(d):
    n = len(d)
    if n > 20:
        return float(min(1, 2 * norm.sf(abs(d.sum()) / math.sqrt((d ** 2).sum())))) if d.any() else 1.0
    if 1 < n <= 12:
        return float(permutation_test((d,), lambda x, axis: np.sum(x, axis=axis), permutation_type="samples", n_resamples=np.inf, vectorized=True).pvalue)
    sums = np.zeros(1)
    for value in d:
        sums = np.concatenate([sums - value, sums + value])
    return float((np.abs(sums) >= abs(d.sum()) - 1e-9).mean())


def pairs():
    rows = []
    for place in range(120):
        n = random.randint(1, 60) if place % 3 == 0 else random.randint(1, 16) if place % 15 else 20
        step = random.choice([0.001, 0.001, 1])
        d = [round(round(random.gauss(random.choice([0, 0.5, 1]), 1) / step) * step, 3) for _ in range(n)]
        values = np.array(d)
        if n > 20:
            mean, spread = values.mean(), ((values - values.mean()) ** 2).sum()
            half = Z * math.sqrt(spread / (n * (n - Z ** 2)))
            shift, interval = mean, [mean - half, mean + half]
        else:
            chosen = (np.arange(1, 2 ** n)[:, None] >> np.arange(n)) & 1
            means = np.sort(chosen @ values / chosen.sum(axis=1))
            k = math.floor(0.025 * 2 ** n)
            shift, interval = means[len(means) // 2], None if k == 0 else [means[k - 1], means[-k]]
        rows.append({"differences": d, "p": sign_p(values), "shift": float(shift), "interval": None if interval is None else [float(v) for v in interval]})
    return rows


def power():
    """The chance of a Fisher's p below alpha with an interval past the tolerance, over all pairs of counts."""
    rows = []
    for share, points, n, alpha, tolerance in [(0, 0.05, 30, 0.01, 0), (0, 0.05, 200, 0.01, 0), (0, 0.05, 300, 0.01, 0), (0, 0.05, 300, 0.01, 0.01), (0.1, 0.2, 40, 0.01, 0.01), (0.5, 0.2, 60, 0.05, 0), (1, -0.05, 300, 0.01, 0.01), (0.97, -0.2, 60, 0.01, 0.01)]:
        chance = 0.0
        for e1 in range(n + 1):
            c1 = binom.pmf(e1, n, share)
            for e2 in range(n + 1) if c1 > 1e-12 else []:
                c2 = binom.pmf(e2, n, share + points)
                if c2 < 1e-12 or (e2 - e1) * points <= 0:
                    continue
                low, high = newcombe(e1, n, e2, n)
                if (low > tolerance or high < -tolerance) and fisher_exact([[e1, n - e1], [e2, n - e2]])[1] < alpha:
                    chance += c1 * c2
        rows.append([share, points, n, alpha, tolerance, float(chance)])
    return rows


def ratio(series):
    r = rankdata(series)
    return float((np.diff(r) ** 2).sum() / ((r - r.mean()) ** 2).sum())


def order():
    rows = []
    for place in range(80):
        several = []
        for _ in range(random.choice([1, 1, 2])):
            n = random.randint(4, 60) if place % 4 else random.randint(5, 7)
            phi, x, series = random.choice([0, 0, 0.5, 0.9]), 0.0, []
            for _ in range(n):
                x = phi * x + random.gauss(0, 1)
                series.append(round(x, random.choice([3, 0])))
            if len(set(series)) > 1:
                several.append(series)
        if not several:
            continue
        sizes = [len(series) for series in several]
        total = sum(sizes)
        value = sum(n / total * ratio(series) for n, series in zip(sizes, several))
        variance = sum((n / total) ** 2 * 4 * (n - 2) * (5 * n * n - 2 * n - 9) / (5 * n * (n + 1) * (n - 1) ** 2) for n in sizes)
        # Of the beta distribution from 0 to 4 with mean 2: its variance is 4 / (2a + 1).
        a = (4 / variance - 1) / 2
        exact = None
        if total <= 7 and len(several) == 1:
            exact = float(np.mean([ratio(p) <= value + 1e-9 for p in itertools.permutations(several[0])]))
        rows.append({"series": several, "p": float(beta.cdf(value / 4, a, a)), "exact": exact})
    return rows


def lines(rows):
    return "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]"


head = json.dumps({"python": sys.version.split()[0], "scipy": scipy.__version__, "seed": SEED, "columns": ["events", "count", "events after", "count after", "p", "low", "high"]})
tails = [[z, float(norm.sf(z))] for z in [-3, 0, 0.3, 1, 1.96, 2.7, 2.83, 4, 8, 20, 37]]
betas = [[x, a, float(beta.cdf(x, a, a))] for a in [0.5, 1, 3.07, 6.5, 50, 5000] for x in [1e-6, 0.1, 0.3, 0.49, 0.5, 0.7, 0.99]]
parts = {"tables": rates(), "ranks": ranks(), "pairs": pairs(), "order": order(), "power": power(), "tails": tails, "betas": betas}
print(head[:-1] + "".join(f', "{name}": {lines(rows)}' for name, rows in parts.items()) + "}")
