"""A pattern while it is being made: the trips behind it and the stops that tell them."""
import collections
import copy
import math

import schedule
from facts import EMU_CLASSES, HOME
from schedule import median


def km(p, q):
    """Great-circle kilometres between (lat, lon) pairs on a sphere of 6,371 km."""
    a, b = math.radians(p[0]), math.radians(q[0])
    h = (math.sin((b - a) / 2) ** 2
         + math.cos(a) * math.cos(b) * math.sin(math.radians(q[1] - p[1]) / 2) ** 2)
    return 2 * 6371.0 * math.asin(math.sqrt(h))


def home_minutes(trip):
    """Minutes between HOME and each later ('from') or earlier ('to') call of a G, D or C trip."""
    if HOME not in trip.at or trip.cls not in EMU_CLASSES:
        return {}
    i = trip.at[HOME]
    out = {}
    for j, (name, arr, dep) in enumerate(trip.calls):
        if j > i:
            out['from', name] = arr - trip.calls[i][2]
        elif j < i:
            out['to', name] = trip.calls[i][1] - dep
    return out


class Pattern:
    """A group of trips told by one list of stops.

    lead: the member the others resemble; fixed: stops that stay; position: where on a common
    time scale (the first lead's) each station of a member lies; took: minutes from and to HOME
    as the plan will tell them, for stations that are no stops yet the median of the members.
    """

    def __init__(self, lead, members, fixed, hops):
        self.lead, self.members, self.fixed, self.hops = lead, members, frozenset(fixed), hops
        self.cls, self.days = lead.cls, lead.days
        self.stops = [c[0] for c in lead.calls]
        self.position = {n: (a + d) / 2 for n, a, d in lead.calls}
        seen = collections.defaultdict(list)
        for t in members:
            for n, where in self._aligned(t):
                seen[n].append(where)
        self.position = {**{n: median(v) for n, v in seen.items()}, **self.position}
        self.refresh()

    def _aligned(self, trip):
        """[(station, minutes on the pattern's time scale)], laid together at HOME if it can be."""
        base = self.position
        gaps = [((a + d) / 2 - base[n], n) for n, a, d in trip.calls if n in base]
        at_home = [gap for gap, n in gaps if n == HOME]
        shift = at_home[0] if at_home else median([gap for gap, _ in gaps])
        return [(n, (a + d) / 2 - shift) for n, a, d in trip.calls]

    def refresh(self):
        """Works out `took` anew; to be called when stops or members have changed."""
        self.took = {}
        if HOME not in self.stops or self.cls not in EMU_CLASSES:
            return
        spans = collections.defaultdict(list)
        for t in self.members:
            for key, took in home_minutes(t).items():
                spans[key].append(took)
        self.took = {key: median(v) for key, v in spans.items()}
        at = schedule.offsets(schedule.timings(self, self.hops, HOME))
        home_arr, home_dep = at[HOME]
        for name, (arr, dep) in at.items():
            if arr > home_arr:
                self.took['from', name] = arr - home_dep
            elif arr < home_arr:
                self.took['to', name] = home_arr - dep

    def with_stops(self, stops):
        """A copy with other stops."""
        new = copy.copy(self)
        new.stops = stops
        new.refresh()
        return new

    def with_members(self, members, stops=None):
        """A copy with other members; they get a new lead if the old one is not among them."""
        new = copy.copy(self)
        new.members, new.stops = members, stops or self.stops
        if self.lead not in members:
            new.lead = min(members, key=lambda t: (new.untrue(t), t.key))
        new.position = dict(self.position)
        for t in members:
            for n, where in new._aligned(t):
                new.position.setdefault(n, where)
        new.refresh()
        return new

    def become(self, other):
        """Takes over everything from another pattern."""
        self.__dict__.update(other.__dict__)

    def untrue(self, trip):
        """Number of calls the pattern tells differently from the trip."""
        return len(set(self.stops) ^ trip.at.keys())

    def all_stops(self):
        """Every station a member calls at, in order of time."""
        return sorted(self.position, key=lambda s: (self.position[s], s))


class Order:
    """Which stations real trains serve one after the other; keeps added stops plausible."""
    DETOUR_MAX, DETOUR_KM = 1.12, 4.0

    def __init__(self, trips, place):
        self.serving = collections.defaultdict(list)  # station -> trips calling there
        self.place, self._known = place, {}
        for t in trips:
            for name in t.at:
                self.serving[name].append(t)

    def _told(self, names):
        """True when one real train calls at all the names in this order."""
        if names not in self._known:
            rarest = min((self.serving[n] for n in names), key=len)
            self._known[names] = any(
                all(n in t.at for n in names)
                and all(t.at[a] < t.at[b] for a, b in zip(names, names[1:])) for t in rarest)
        return self._known[names]

    def allows(self, stops, first, last):
        """True when every three stops in a row, from those at `first` to those at `last`, are
        called at by one real train in this order, and one runs from the first to the last stop."""
        return self._told((stops[0], stops[-1])) and all(
            self._told(tuple(stops[i:i + 3]))
            for i in range(max(first, 0), min(last, len(stops) - 3) + 1))

    def on_the_way(self, stops, i):
        """True when the stop at i, if not at an end, lies hardly off the way of its neighbours."""
        if i in (0, len(stops) - 1):
            return True
        p, q, r = (self.place[n] for n in stops[i - 1:i + 2])
        return km(p, q) + km(q, r) <= km(p, r) * self.DETOUR_MAX + self.DETOUR_KM
