"""Chooses which stops a pattern makes so that the plan as a whole has the right number of calls.

A pattern stands for several trips whose stops differ a little. Taking the leader's stops for all
of them lets errors add up at single stations. Here stops that only some members make are added or
taken away, one at a time, as long as the sum of squared errors over all watched counts shrinks.
"""
import collections
import math

from facts import EMU_CLASSES, HOME


class Pattern:
    """A group of trips told by one list of stops; `members` are the facts behind it."""

    def __init__(self, lead, members):
        self.lead, self.members = lead, members
        self.cls, self.days = lead.cls, lead.days
        self.stops = [c[0] for c in lead.calls]
        self.position = self._positions()

    def _positions(self):
        """Where each station any member calls at lies on the leader's time scale (minutes)."""
        seen = collections.defaultdict(list)
        base = {n: (a + d) / 2 for n, a, d in self.lead.calls}
        for t in self.members + [self.lead]:
            gaps = sorted((a + d) / 2 - base[n] for n, a, d in t.calls if n in base)
            shift = gaps[len(gaps) // 2]
            for n, a, d in t.calls:
                seen[n].append((a + d) / 2 - shift)
        return {n: base.get(n, sorted(v)[len(v) // 2]) for n, v in seen.items()}


class Order:
    """Which stations real trains serve one after the other; keeps added stops plausible."""
    DETOUR_MAX, DETOUR_KM = 1.12, 4.0

    def __init__(self, trips, place):
        self.after = collections.defaultdict(set)
        self.place = place
        for t in trips:
            names = [c[0] for c in t.calls]
            for i, n in enumerate(names):
                self.after[n].update(names[i + 1:])

    def allows(self, before, name, behind):
        """True when `name` may be called at between its two neighbours (either may be None)."""
        if before and name not in self.after[before]:
            return False
        if behind and behind not in self.after[name]:
            return False
        if before and behind:
            p, q, r = self.place[before], self.place[name], self.place[behind]
            return km(p, q) + km(q, r) <= km(p, r) * self.DETOUR_MAX + self.DETOUR_KM
        return True


def km(p, q):
    """Great-circle kilometres between (lat, lon) pairs on a sphere of 6,371 km."""
    a, b = math.radians(p[0]), math.radians(q[0])
    h = (math.sin((b - a) / 2) ** 2
         + math.cos(a) * math.cos(b) * math.sin(math.radians(q[1] - p[1]) / 2) ** 2)
    return 2 * 6371.0 * math.asin(math.sqrt(h))


def watched(cls, days, stops, name=None):
    """Keys of the counts that a trip with these stops takes part in; only those of `name` if given.

    ('call', s, daily?) calls at a station; ('from'/'to', s, daily?) trips from or to the hub.
    """
    home = stops.index(HOME) if HOME in stops and cls in EMU_CLASSES else None
    for i, s in enumerate(stops):
        if name is not None and s != name:
            continue
        kinds = [('call', cls in EMU_CLASSES)]
        if home is not None and i != home:
            kinds.append(('from' if i > home else 'to', True))
        for kind, emu in kinds:
            yield (kind, s, emu, 'ALL')
            if days == 'DAILY':
                yield (kind, s, emu, 'DAILY')


def weight(key, fact):
    """How much a count matters: trips from and to the hub most, small counts less sharply."""
    return (6.0 if key[0] != 'call' else 1.0) / (fact + 4.0)


def balance(patterns, trips, order, fixed):
    """Adds and removes stops in place until nothing improves; returns the number of changes.

    Stops in `fixed` (pattern -> set of names) stay.
    """
    fact, plan = collections.Counter(), collections.Counter()
    for t in trips:
        fact.update(watched(t.cls, t.days, [c[0] for c in t.calls]))
    for p in patterns:
        for key in watched(p.cls, p.days, p.stops):
            plan[key] += len(p.members)

    def gain(p, with_name, name, sign):
        """Change of the error when p gets (sign 1) or loses (sign -1) the stop `name`."""
        n, change = sign * len(p.members), 0.0
        for key in watched(p.cls, p.days, with_name, name):
            gap = plan[key] - fact[key]
            change += weight(key, fact[key]) * ((gap + n) ** 2 - gap ** 2)
        return change

    changes = 0
    for _ in range(12):
        moved = 0
        for p in patterns:
            for name in sorted(p.position, key=lambda s: (p.position[s], s)):
                if name == HOME or name in fixed.get(p, ()):
                    continue
                if name in p.stops:
                    moved += try_remove(p, name, order, gain, plan)
                else:
                    moved += try_add(p, name, order, gain, plan)
        changes += moved
        if not moved:
            break
    return changes


def try_remove(p, name, order, gain, plan):
    """Takes the stop away when a member runs without it and the counts get better."""
    if len(p.stops) <= 2 or all(name in t.at for t in p.members):
        return 0
    if gain(p, p.stops, name, -1) >= -1e-9:
        return 0
    for key in watched(p.cls, p.days, p.stops, name):
        plan[key] -= len(p.members)
    p.stops.remove(name)
    return 1


def try_add(p, name, order, gain, plan):
    """Adds the stop where it lies in time when real trains run so and the counts get better."""
    where = p.position[name]
    i = sum(1 for s in p.stops if p.position[s] < where)
    before = p.stops[i - 1] if i else None
    behind = p.stops[i] if i < len(p.stops) else None
    stops = p.stops[:i] + [name] + p.stops[i:]
    if not order.allows(before, name, behind) or gain(p, stops, name, 1) >= -1e-9:
        return 0
    p.stops = stops
    for key in watched(p.cls, p.days, p.stops, name):
        plan[key] += len(p.members)
    return 1
