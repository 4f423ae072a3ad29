"""Finds the sections: pairs of neighbouring kept stations that trains run between without a stop.

Express jumps are left out: a pair A-C goes when shorter sections already kept lead from A to C
with hardly a detour and in a time that fits.
"""
import collections
import heapq

from balance import km

DETOUR_MAX = 1.08       # a way round by so much is the same line
DETOUR_KM = 1.5         # ... plus the coarseness of station coordinates
TIME_FACTOR, TIME_MIN = 1.5, 12  # the stopping way may take so much longer than the jump
TRAINS_MIN = 2          # pairs run by fewer trains are no section of their own


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
    """True when kept sections lead from a to c within the detour and time limits."""
    limit = length * DETOUR_MAX + DETOUR_KM
    queue, seen = [(0.0, 0, a)], {}
    while queue:
        dist, took, at = heapq.heappop(queue)
        if at == c:
            return took <= run * TIME_FACTOR + TIME_MIN
        if at in seen:
            continue
        seen[at] = dist
        for to, (d, m) in graph[at].items():
            if to not in seen and dist + d <= limit:
                heapq.heappush(queue, (dist + d, took + m, to))
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
        if count < TRAINS_MIN or led_round(graph, a, b, length, run):
            continue
        graph[a][b] = graph[b][a] = (length, run)
        kept.append((a, b, length, run, kind))
    return kept
