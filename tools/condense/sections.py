"""Finds the sections: pairs of neighbouring kept stations that trains run between without a stop.

Express jumps are left out: a pair A-C goes when shorter sections already kept lead from A to C
with hardly a detour and in a time that fits.
"""
import collections
import heapq

from pattern import km

DETOUR_MAX = 1.15       # a way round by so much is the same line
DETOUR_KM = 3.0         # ... plus the coarseness of station coordinates
TIME_FACTOR, TIME_MIN = 1.7, 15  # the stopping way may take so much longer than the jump
TRAINS_MIN = 3          # pairs run by fewer trains are no section of their own
FAR_KM, FAR_TRAINS_MIN = 250, 10  # long pairs: jumps over stations that are not kept


def hop_table(trips):
    """{(a, b) with a < b: {class: [minutes]}} over consecutive kept calls, both directions."""
    table = collections.defaultdict(lambda: collections.defaultdict(list))
    for t in trips:
        for (a, _, dep), (b, arr, _) in zip(t.calls, t.calls[1:]):
            table[min(a, b), max(a, b)][t.cls].append(arr - dep)
    return table


def quarter(values):
    """Lower quartile: a quick but usual run."""
    v = sorted(values)
    return v[(len(v) - 1) // 4]


def line_class(by_class):
    """high_speed where G trains run, intercity for D, C and S trains, else conventional."""
    if 'high_speed' in by_class:
        return 'high_speed'
    if any(c in by_class for c in ('emu', 'intercity', 'suburban')):
        return 'intercity'
    return 'conventional'


def led_round(graph, a, c, length, run):
    """True when kept sections lead from a to c within the detour and time limits.

    Looks for the shortest way and for the quickest way; one of them must keep both limits.
    """
    far, long = length * DETOUR_MAX + DETOUR_KM, run * TIME_FACTOR + TIME_MIN
    for by_time in (False, True):
        queue, seen = [(0.0, 0.0, 0, a)], set()
        while queue:
            _, dist, took, at = heapq.heappop(queue)
            if at == c:
                return True
            if at in seen:
                continue
            seen.add(at)
            for to, (d, m) in graph[at].items():
                if to not in seen and dist + d <= far and took + m <= long:
                    rank = took + m if by_time else dist + d
                    heapq.heappush(queue, (rank, dist + d, took + m, to))
    return False


def find_sections(trips, place):
    """Sorted rows (a, b, km, minutes, line_class); a and b are Chinese names."""
    table = hop_table(trips)
    pairs = []
    for (a, b), by_class in table.items():
        count = sum(len(v) for v in by_class.values())
        kind = line_class(by_class)
        fast = {'high_speed': ('high_speed',), 'intercity': ('emu', 'intercity', 'suburban'),
                'conventional': tuple(by_class)}[kind]
        times = [m for c in fast for m in by_class.get(c, ())]
        pairs.append((km(place[a], place[b]), a, b, quarter(times), kind, count))
    graph, kept = collections.defaultdict(dict), []
    for length, a, b, run, kind, count in sorted(pairs):
        least = FAR_TRAINS_MIN if length > FAR_KM else TRAINS_MIN
        if count < least or led_round(graph, a, b, length, run):
            continue
        graph[a][b] = graph[b][a] = (length, run)
        kept.append((a, b, length, run, kind))
    return kept
