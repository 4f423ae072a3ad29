"""Brings the counts of the plan to those of the facts.

A pattern stands for several trips whose stops differ a little. Taking the lead's stops for all of
them lets errors add up at single stations. Here stops are added or taken away, patterns split and
trips moved to another pattern, one at a time, as long as the sum of squared errors over all
watched counts shrinks. A plain local search: the counts decide, and ties go to the first.
"""
import collections

from facts import EMU_CLASSES, GOLDEN, HOME
from pattern import home_minutes
from schedule import median

# A split that leaves a single trip must gain so much more.
ALONE_FACTOR = 2.0
# Runs are quick or slow when they differ so much from the median of the facts.
BAND = 0.05
# What one call told differently from a member's own counts against the gain.
UNTRUE_COST = 0.2
# Runs from or to the hub, where the facts have so many, shall keep within this share of
# them, a little less than the bound of compare.py.
BOUND_FROM, BOUND_SHARE, BOUND_COST = 10, 0.08, 12.0
# A station or pair that no run of the plan serves any more.
LOST_COST = 20.0
TINY = 1e-9


def watched(cls, days, stops, took, middle, name=None):
    """Keys of the counts that a run with these stops takes part in; only those of `name` if given.

    ('call', s, ...) calls at a station; ('from'/'to', s, ...) runs from or to the hub, and once
    more as 'quick' or 'slow' when they are that far from the median of the facts, so that the
    median stays where it is. took: minutes by (kind, station); middle: the medians.
    """
    home = stops.index(HOME) if HOME in stops and cls in EMU_CLASSES else None
    for i, s in enumerate(stops):
        if name is not None and s != name:
            continue
        keys = [('call', s, cls in EMU_CLASSES)]
        if home is not None and i != home:
            kind = 'from' if i > home else 'to'
            keys.append((kind, s, 'all'))
            if took[kind, s] < middle[kind, s] * (1 - BAND):
                keys.append((kind, s, 'quick'))
            elif took[kind, s] > middle[kind, s] * (1 + BAND):
                keys.append((kind, s, 'slow'))
        for key in keys:
            yield key
            if days == 'DAILY' and key[2] not in ('quick', 'slow'):
                yield key + ('DAILY',)


def weight(key, gap):
    """How much a count matters: runs from and to the hub most, those with published figures most.

    There a run too many among the quick or the slow ones weighs more than one too few: where half
    of the runs are just below and half just above a gap, it moves the median across it.
    """
    if key[0] == 'call':
        return 1.0
    if key[1] not in GOLDEN:
        return 6.0
    return 120.0 if key[2] in ('quick', 'slow') and gap > 0 else 30.0


def error(key, fact, plan):
    """What a count in the plan costs: the square of its gap, and more beyond the bound."""
    gap = plan - fact
    cost = weight(key, gap) / (fact + 4.0) * gap ** 2
    if key[0] != 'call' and key[2] == 'all' and fact >= BOUND_FROM:
        beyond = abs(gap) - BOUND_SHARE * fact
        if beyond > 0:
            cost += BOUND_COST * beyond ** 2
    if fact and plan <= 0:
        cost += LOST_COST
    return cost


class Balance:
    """Counts of facts and plan, and the moves that bring them together."""
    ROUNDS_FEW, ROUNDS_MAX = 5, 12

    def __init__(self, patterns, trips, order):
        self.patterns, self.order = patterns, order
        self.fact, self.plan = collections.Counter(), collections.Counter()
        spans = collections.defaultdict(list)
        for t in trips:
            for key, took in home_minutes(t).items():
                spans[key].append(took)
        self.middle = {key: median(v) for key, v in spans.items()}
        for t in trips:
            self.fact.update(watched(t.cls, t.days, [c[0] for c in t.calls], home_minutes(t),
                                     self.middle))
        self.plan.update(self._net((), patterns))

    def run(self, split_gain, near, absorb_loss):
        """Changes stops, splits patterns and moves trips by turns until nothing gains.

        split_gain: a split must gain so much. near(pattern, trip): may the trip follow the
        pattern? absorb_loss: what the counts may lose when a pattern of one trip is given up.
        The first rounds look for few patterns, the later ones only for true counts.
        """
        for round_number in range(self.ROUNDS_MAX):
            if round_number == self.ROUNDS_FEW:
                absorb_loss = 0.0
            moved = sum(self._toggle(p, name) for p in self.patterns for name in p.all_stops())
            moved += sum(self._split(p, name, split_gain) for p in list(self.patterns)
                         for name in p.all_stops())
            moved += self._move_all(near, absorb_loss)
            if not moved:
                return

    def _net(self, old, new):
        """Change of the counts when the patterns `new` take the place of `old`."""
        net = collections.Counter()
        for sign, group in ((-1, old), (1, new)):
            for p in group:
                for key in watched(p.cls, p.days, p.stops, p.took, self.middle):
                    net[key] += sign * len(p.members)
        return net

    def _gain(self, net):
        """How much the error shrinks with a change of the counts (negative: grows)."""
        gain = 0.0
        for key, n in net.items():
            if n:
                fact, plan = self.fact[key], self.plan[key]
                gain += error(key, fact, plan) - error(key, fact, plan + n)
        return gain

    def _guess(self, p, stops, name, count):
        """The gain when `count` runs get (negative: lose) a stop and no time changes."""
        keys = watched(p.cls, p.days, stops, p.took, self.middle, name)
        return self._gain(dict.fromkeys(keys, count))

    def _changed(self, p, name):
        """(stops after the change, stops that hold `name`, sign) or None when it cannot be."""
        if name == HOME or name in p.fixed:
            return None
        if name in p.stops:
            if len(p.stops) <= 2:
                return None
            i = p.stops.index(name)
            stops = p.stops[:i] + p.stops[i + 1:]
            return (stops, p.stops, -1) if self.order.allows(stops, i - 2, i - 1) else None
        i = sum(1 for s in p.stops if p.position[s] < p.position[name])
        stops = p.stops[:i] + [name] + p.stops[i:]
        if not self.order.allows(stops, i - 2, i) or not self.order.on_the_way(stops, i):
            return None
        side = 'to' if HOME in p.stops[i:] else 'from'
        if p.took and (side, name) not in p.took:
            return None  # its members call there on the other side of HOME
        return stops, stops, 1

    def _toggle(self, p, name):
        """Adds or removes the stop for the whole pattern when some member does so too."""
        change = self._changed(p, name)
        if change is None:
            return 0
        stops, with_name, sign = change
        agree = sum((name in t.at) == (sign > 0) for t in p.members)
        if not agree:
            return 0
        bonus = (2 * agree - len(p.members)) * UNTRUE_COST
        if self._guess(p, with_name, name, sign * len(p.members)) + bonus <= TINY:
            return 0
        new = p.with_stops(stops)
        net = self._net((p,), (new,))
        if self._gain(net) + bonus <= TINY:
            return 0
        self.plan.update(net)
        p.become(new)
        return 1

    def _split(self, p, name, split_gain):
        """Gives the members that differ from the pattern at `name` a pattern of their own."""
        change = self._changed(p, name)
        if change is None:
            return 0
        stops, with_name, sign = change
        apart = [t for t in p.members if (name in t.at) == (sign > 0)]
        rest = [t for t in p.members if t not in apart]
        if not apart or not rest:
            return 0
        bonus = len(apart) * UNTRUE_COST
        least = split_gain * (ALONE_FACTOR if 1 in (len(apart), len(rest)) else 1)
        if self._guess(p, with_name, name, sign * len(apart)) + bonus < least:
            return 0
        stay, new = p.with_members(rest), p.with_members(apart, stops)
        new.fixed = frozenset()
        net = self._net((p,), (stay, new))
        if self._gain(net) + bonus < least:
            return 0
        self.plan.update(net)
        p.become(stay)
        self.patterns.append(new)
        return 1

    def _move_all(self, near, absorb_loss):
        """Offers each trip every pattern of its kind; patterns left empty go."""
        by_kind, moved = collections.defaultdict(list), 0
        for p in self.patterns:
            by_kind[p.cls, p.days, HOME in p.lead.at].append(p)
        for p in self.patterns:
            if p.fixed:
                continue
            kin = by_kind[p.cls, p.days, HOME in p.lead.at]
            for t in sorted(p.members, key=lambda t: (t is p.lead, t.key)):
                if t is p.lead and len(p.members) > 1:
                    break
                moved += self._move(p, t, [q for q in kin if q is not p and q.members
                                           and near(q.lead, t)], absorb_loss)
        self.patterns[:] = [p for p in self.patterns if p.members]
        return moved

    def _move(self, p, trip, kin, absorb_loss):
        """Lets the trip follow the pattern among `kin` that gains most, if any gains enough."""
        least = -absorb_loss if len(p.members) == 1 else TINY
        gone = dict.fromkeys(watched(p.cls, p.days, p.stops, p.took, self.middle), -1)
        best, target = least, None
        for q in kin:
            net = dict(gone)
            for key in watched(q.cls, q.days, q.stops, q.took, self.middle):
                net[key] = net.get(key, 0) + 1
            gain = self._gain(net) + (p.untrue(trip) - q.untrue(trip)) * UNTRUE_COST
            if gain > best:
                best, target = gain, q
        if target is None:
            return 0
        rest = [t for t in p.members if t is not trip]
        after = [p.with_members(rest)] if rest else []
        after.append(target.with_members(target.members + [trip]))
        net = self._net((p, target), after)
        if self._gain(net) + (p.untrue(trip) - after[-1].untrue(trip)) * UNTRUE_COST < least:
            return 0
        self.plan.update(net)
        target.become(after[-1])
        if rest:
            p.become(after[0])
        else:
            p.members = []
        return 1
