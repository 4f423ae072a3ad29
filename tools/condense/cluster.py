"""Groups similar trips: each group is led by one real trip, the others are near it.

This is the uncapacitated facility location problem: opening a pattern costs `open_cost`, letting
a trip follow a pattern costs their distance. Solved by the greedy of Jain, Mahdian, Markakis,
Saberi and Vazirani (Journal of the ACM 50, 2003): again and again the pattern with the best
average cost per trip it takes is opened. Ties go to the smaller index, so the result is the same
on every machine.
"""
import heapq

from facts import HOME
from pattern import km

# Cost of one call too many or too few. Calls beyond the delta matter less to this hub, calls of
# trains that serve the hub's own station matter more.
CALL_DELTA, CALL_BEYOND, CALL_HOME_FACTOR = 1.0, 0.5, 1.25
# Minutes by which run times may differ before it costs as much as one call.
# Kilometres by which the ends of two trains may lie beside each other's way before that costs as
# much as one call: trains that share a part of their way and then part are not alike.
ASIDE_KM = 30.0
SPREAD_OTHER = (3.0, 0.025)  # minutes, and share of the run time
SPREAD_HOME = (2.0, 0.015)  # the same for trains of the hub's own station


class World:
    """Where stations lie: the set in_delta, and distances between stations."""

    def __init__(self, in_delta, place):
        self.in_delta, self.place, self._km = in_delta, place, {}

    def aside(self, name, trip):
        """Kilometres from a station to the nearest call of the trip."""
        if name in trip.at:
            return 0.0
        return min(self.between(name, s) for s in trip.at)

    def between(self, a, b):
        """Great-circle kilometres between two stations."""
        key = (a, b) if a < b else (b, a)
        if key not in self._km:
            self._km[key] = km(self.place[a], self.place[b])
        return self._km[key]


def distance(a, b, world, limit):
    """Cost of telling trip b by the stops and run times of trip a; None when it cannot be done."""
    if (HOME in a.at) != (HOME in b.at) or (a.mask & b.mask).bit_count() < 2:
        return None
    if (a.mask ^ b.mask).bit_count() * CALL_BEYOND > limit:
        return None
    spread = time_spread(a, b)
    if spread is None:
        return None
    factor = CALL_HOME_FACTOR if HOME in a.at else 1.0
    cost = 0.0
    for one, other in ((a, b), (b, a)):
        for name in one.at:
            if name not in other.at:
                cost += factor * (CALL_DELTA if name in world.in_delta else CALL_BEYOND)
    least, share = SPREAD_HOME if HOME in a.at else SPREAD_OTHER
    cost += spread / 2 / (least + share * min(a.calls[-1][1], b.calls[-1][1]))
    if cost > limit:
        return None
    for end in (0, -1):
        p, q = a.calls[end][0], b.calls[end][0]
        if p != q:
            cost += min(world.aside(p, b), world.aside(q, a)) / ASIDE_KM
    return cost


def time_spread(a, b):
    """Minutes by which the common calls drift apart; None when they come in another order."""
    low, high, last = None, None, -1
    for name, arr, dep in a.calls:
        j = b.at.get(name)
        if j is None:
            continue
        if j < last:
            return None  # another direction
        last = j
        _, b_arr, b_dep = b.calls[j]
        gap = (b_arr + b_dep) - (arr + dep)
        low = gap if low is None else min(low, gap)
        high = gap if high is None else max(high, gap)
    return high - low


def neighbours(trips, world, limit, allowed):
    """For each trip the others within `limit`, nearest first: [(distance, index)]."""
    near = [[(0.0, i)] for i in range(len(trips))]
    for i, a in enumerate(trips):
        for j in range(i + 1, len(trips)):
            b = trips[j]
            if (a.mask & b.mask).bit_count() < 2:
                continue
            d = distance(a, b, world, limit)
            if d is None or d > limit:
                continue
            if allowed(a, b):
                near[i].append((d, j))
            if allowed(b, a):
                near[j].append((d, i))
    for row in near:
        row.sort()
    return near


def best_ratio(row, free, opened, open_cost):
    """Smallest average cost of opening a pattern for its nearest free trips, and how many."""
    total, count, best, take = 0.0 if opened else open_cost, 0, None, 0
    for d, j in row:
        if not free[j]:
            continue
        total += d
        count += 1
        if best is None or total / count < best - 1e-12:
            best, take = total / count, count
    return best, take


def group(trips, world, open_cost, allowed, seeds):
    """Groups trips; returns {index of the leading trip: [indices of its trips]}.

    allowed(a, b) tells whether b may follow a; `seeds` are indices that lead a group in any case.
    """
    near = neighbours(trips, world, open_cost, allowed)
    free, opened, groups = [True] * len(trips), [False] * len(trips), {}
    for i in seeds:
        opened[i], free[i], groups[i] = True, False, [i]
    # Lazy greedy: a ratio can only get worse while trips are taken, or better when a pattern was
    # opened, and then it is pushed anew.
    heap = []
    for i, row in enumerate(near):
        ratio, _ = best_ratio(row, free, opened[i], open_cost)
        if ratio is not None:
            heapq.heappush(heap, (ratio, i))
    while heap:
        ratio, i = heapq.heappop(heap)
        now, take = best_ratio(near[i], free, opened[i], open_cost)
        if now is None:
            continue
        if heap and now > ratio + 1e-9:
            heapq.heappush(heap, (now, i))
            continue
        members = groups.setdefault(i, [])
        opened[i] = True
        for _, j in near[i]:
            if take and free[j]:
                free[j] = False
                members.append(j)
                take -= 1
        again, _ = best_ratio(near[i], free, True, open_cost)
        if again is not None:
            heapq.heappush(heap, (again, i))
    return settle(trips, near, groups, set(seeds))


def settle(trips, near, groups, seeds):
    """Moves each trip to the nearest leader and drops leaders that nobody follows."""
    owner = {}
    for lead, members in groups.items():
        for j in members:
            owner[j] = lead
    best = {}
    for lead in groups:
        for d, j in near[lead]:
            if j not in best or (d, lead) < best[j]:
                best[j] = (d, lead)
    result = {}
    for j in range(len(trips)):
        lead = j if j in seeds else best.get(j, (0, owner[j]))[1]
        result.setdefault(lead, []).append(j)
    return result
