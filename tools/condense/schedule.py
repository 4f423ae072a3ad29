"""Gives patterns their run and dwell times and their departures.

Run and dwell times are medians of what the members do, hop by hop. Departures are the members'
own, moved to the pattern's first stop and rounded to five minutes; where they are evenly spaced
they become first, last and headway.
"""
import collections
import math

ROUND_MIN = 5          # departures are told in steps of five minutes
HEADWAY_LEAST = 3      # so many departures at least make a headway
HEADWAY_SLACK_MIN = 8  # a headway may move a departure by so much at most
FALLBACK_KMH = 250     # crow-fly speed of a hop that no train of the facts tells
STOP_COST_MIN = 3      # braking and starting for a stop that is taken away or added


def median(values):
    """Lower median: always one of the values."""
    v = sorted(values)
    return v[(len(v) - 1) // 2]


class Hops:
    """Median minutes between stations over all trips, as a fallback for a pattern's own hops."""

    def __init__(self, trips, length_km):
        """length_km(a, b): kilometres between two stations."""
        self.length_km = length_km
        self.direct = collections.defaultdict(list)
        self.through = collections.defaultdict(list)
        self.dwell = collections.defaultdict(list)
        self.quickest = {}
        for t in trips:
            for i, (a, _, dep) in enumerate(t.calls):
                for j in range(i + 1, min(i + 6, len(t.calls))):
                    b, arr, _ = t.calls[j]
                    if j == i + 1:
                        self.direct[t.cls, a, b].append(arr - dep)
                    else:
                        stops = t.calls[i + 1:j]
                        less = sum(s[2] - s[1] + STOP_COST_MIN for s in stops)
                        self.through[t.cls, a, b].append(max(arr - dep - less, 1))
                if i + 1 < len(t.calls):
                    b, took = t.calls[i + 1][0], t.calls[i + 1][1] - dep
                    self.quickest[a, b] = min(took, self.quickest.get((a, b), took))
                if 0 < i < len(t.calls) - 1:
                    self.dwell[t.cls, a].append(dep - t.calls[i][1])

    def least(self, a, b, default):
        """Quickest non-stop minutes from a to b of any class; `default` when nobody runs so."""
        return self.quickest.get((a, b), default)

    def run(self, cls, a, b):
        """Minutes from a to b without a stop, None when no train of the class tells it."""
        for table in (self.direct, self.through):
            if (cls, a, b) in table:
                return median(table[cls, a, b])
        return None


def told_elsewhere(pattern, hops, a, b):
    """Minutes of a hop no member makes: from other trains, or from where the stops lie in time."""
    known = hops.run(pattern.cls, a, b)
    if known is not None:
        return known
    least = math.ceil(hops.length_km(a, b) / FALLBACK_KMH * 60)
    return max(round(pattern.position[b] - pattern.position[a]) - 1, least)


def hop_minutes(pattern, hops):
    """[(name, run_min, dwell_min)]: medians hop by hop."""
    out, members = [], pattern.members
    for i, b in enumerate(pattern.stops):
        run = 0
        if i:
            a = pattern.stops[i - 1]
            own = [t.calls[t.at[b]][1] - t.calls[t.at[a]][2] for t in members
                   if a in t.at and b in t.at and t.at[b] == t.at[a] + 1]
            run = median(own) if own else told_elsewhere(pattern, hops, a, b)
        dwell = 0
        if 0 < i < len(pattern.stops) - 1:
            own = [t.calls[t.at[b]][2] - t.calls[t.at[b]][1] for t in members
                   if 0 < t.at.get(b, -1) < len(t.calls) - 1]
            dwell = max(1, median(own or hops.dwell.get((pattern.cls, b), [2])))
        out.append([b, max(run, 1) if i else 0, dwell])
    return out


def timings(pattern, hops, anchor):
    """[(name, run_min, dwell_min)] of a pattern.

    Hop medians first. Where the pattern calls at `anchor`, hops are then stretched or shortened
    so that the minutes from or to the anchor are the medians of the members too, as far as no
    hop becomes quicker than the quickest run of the facts.
    """
    out = hop_minutes(pattern, hops)
    names = [c[0] for c in out]
    if anchor not in names:
        return out
    home = names.index(anchor)

    def shift_hop(i, want, have):
        least = hops.least(names[i - 1], names[i], out[i][1])
        out[i][1] = max(out[i][1] + want - have, least)

    for i in range(home + 1, len(out)):
        own = [t.calls[t.at[names[i]]][1] - t.calls[t.at[anchor]][2] for t in pattern.members
               if names[i] in t.at and anchor in t.at]
        if own:
            shift_hop(i, median(own), sum(c[1] + c[2] for c in out[home + 1:i]) + out[i][1])
    for i in range(home, 0, -1):
        own = [t.calls[t.at[anchor]][1] - t.calls[t.at[names[i - 1]]][2] for t in pattern.members
               if names[i - 1] in t.at and anchor in t.at]
        if own:
            shift_hop(i, median(own), out[home][1] + sum(c[1] + c[2] for c in out[i:home]))
    return out


def offsets(calls):
    """name -> (arrival, departure) in minutes after the first departure."""
    now, out = 0, {}
    for name, run, dwell in calls:
        out[name] = (now + run, now + run + dwell)
        now += run + dwell
    return out


def departures(pattern, calls, anchor):
    """Sorted departures (minute of the day) at the first stop, one per member.

    A member passes the station `anchor` at its own time where both call there, else it is laid
    so that it fits best over the common stops.
    """
    at, out = offsets(calls), []
    for t in pattern.members:
        if anchor in t.at and anchor in at:
            shift = t.calls[t.at[anchor]][2] - at[anchor][1]
        else:
            gaps = [dep - at[n][1] for n, _, dep in t.calls[:-1] if n in at]
            shift = median(gaps) if gaps else 0
        clock = round((t.start + shift) / ROUND_MIN) * ROUND_MIN
        out.append(clock % 1440)
    return sorted(out)


def headway(times):
    """(first, last, headway) when evenly spaced within HEADWAY_SLACK_MIN, else None."""
    n = len(times)
    if n < HEADWAY_LEAST:
        return None
    best = None
    mean = (times[-1] - times[0]) / (n - 1)
    for step in {int(mean // ROUND_MIN) * ROUND_MIN, (int(mean // ROUND_MIN) + 1) * ROUND_MIN}:
        if step < ROUND_MIN:
            continue
        late = [t - i * step for i, t in enumerate(times)]
        first = round((min(late) + max(late)) / 2 / ROUND_MIN) * ROUND_MIN
        worst = max(abs(x - first) for x in late)
        slack = min(HEADWAY_SLACK_MIN, step / 3)
        if first >= 0 and worst <= slack and (best is None or (worst, step) < best[0]):
            best = ((worst, step), first, step)
    if best is None:
        return None
    return best[1], best[1] + (n - 1) * best[2], best[2]
