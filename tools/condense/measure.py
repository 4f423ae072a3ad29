"""The figures the plan must keep: station pairs, and the circle round the hub's own station.

Works on runs as plan.Run has them: facts and plan are measured by the same code.
"""
import bisect
import collections
import statistics

from facts import EMU_CLASSES, HOME

FAR = 10 ** 9


def pair(runs, a, b, classes=EMU_CLASSES, days=None):
    """Sorted minutes of all runs that call at a and later at b."""
    out = []
    for r in runs:
        if r.cls not in classes or (days and r.days not in days):
            continue
        leave = None
        for name, arr, dep in r.calls:
            if name == a and leave is None:
                leave = dep
            elif name == b and leave is not None:
                out.append(arr - leave)
                break
    return sorted(out)


def figures(minutes):
    """(trains, fastest, median); the median of an even number is halved between the middle two."""
    if not minutes:
        return 0, None, None
    return len(minutes), minutes[0], statistics.median(minutes)


def home_pairs(runs):
    """All pairs with HOME of G, D and C runs: {(a, b): [(days, minutes)]}, in one pass."""
    out = collections.defaultdict(list)
    for r in runs:
        names = [c[0] for c in r.calls]
        if r.cls not in EMU_CLASSES or HOME not in names:
            continue
        home = names.index(HOME)
        for name in set(names) - {HOME}:
            i = names.index(name)
            a, b = min(i, home), max(i, home)
            out[names[a], names[b]].append((r.days, r.calls[b][1] - r.calls[a][2]))
    return out


class Circle:
    """People within reach: a connection scan over runs that go every day.

    place: station -> city (delta stations only); people: city -> inhabitants. The city of HOME
    itself always counts.
    """

    def __init__(self, runs, place, people):
        self.place, self.people = place, people
        self.runs = runs
        self.daily = [r for r in runs if r.days == 'DAILY']
        links = []
        for k, r in enumerate(self.daily):
            for shift in (0, -1440, -2880):
                for (u, _, dep), (v, arr, _) in zip(r.calls, r.calls[1:]):
                    if 0 <= dep + shift < 2880:
                        links.append((dep + shift, arr + shift, u, v, k * 3 - shift // 1440))
        self.links = sorted(links)
        self.starts = [c[0] for c in self.links]

    def earliest(self, t0, change):
        """Earliest arrival per station, leaving HOME at t0, `change` minutes for each change."""
        arrive, ready, on = {HOME: t0}, {HOME: t0}, set()
        for i in range(bisect.bisect_left(self.starts, t0), len(self.links)):
            d, a, u, v, t = self.links[i]
            if t in on or ready.get(u, FAR) <= d:
                on.add(t)
                if a < arrive.get(v, FAR):
                    arrive[v] = a
                    ready[v] = a + change
        return arrive

    def summary(self, minutes, limit):
        """(cities, people) whose nearest station is within `limit` minutes."""
        best = {self.place[HOME]: 0}
        for s, m in minutes.items():
            if s in self.place:
                best[self.place[s]] = min(best.get(self.place[s], FAR), m)
        inside = sorted(c for c, m in best.items() if m <= limit)
        return inside, sum(self.people[c] for c in inside)

    def direct(self):
        """Minutes per station by direct G, D, C and all other runs, DAILY and PEAK, best of day."""
        best = {}
        for r in self.runs:
            if r.days not in ('DAILY', 'PEAK'):
                continue
            leave = None
            for name, arr, dep in r.calls:
                if leave is not None:
                    best[name] = min(best.get(name, FAR), arr - leave)
                if name == HOME:
                    leave = dep
        return best

    def best_of_day(self, change):
        """Minutes per station for the best departure between 06:00 and 22:00, with changes."""
        times = sorted({dep for r in self.daily for n, _, dep in r.calls[:-1]
                        if n == HOME and 360 <= dep < 1320})
        best = {}
        for t0 in times:
            for s, a in self.earliest(t0, change).items():
                best[s] = min(best.get(s, FAR), a - t0)
        return best

    def leaving(self, t0, change):
        """Minutes per station when leaving at t0, waiting counted."""
        return {s: a - t0 for s, a in self.earliest(t0, change).items()}
