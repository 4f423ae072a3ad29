#!/usr/bin/env python3
"""Condenses timetable facts into the service plan of a hub's rail folder.

Usage: python3 condense.py DATA_FOLDER OUT_FOLDER
Writes stations.csv, sections.csv, patterns.csv, calls.csv, calendar.csv and calendar_dates.csv.
The same facts give the same bytes. README.md tells the steps, docs/format/hub-rail.md the files.
"""
import collections
import functools
import os
import sys

import balance
import calendar_days
import cluster
import facts
import pattern
import schedule
import sections
from facts import EMU_CLASSES, GOLDEN, HOME

# What a pattern of its own costs, in calls told wrongly. Larger: fewer, coarser patterns. Trains of
# the hub's own station are told in more detail than the others.
OPEN_COST_HOME = 14.5
OPEN_COST = {'high_speed': 30.0, 'emu': 30.0, 'intercity': 20.0, 'suburban': 8.0,
             'direct': 20.0, 'express': 24.0, 'fast': 24.0, 'local': 20.0}
LETTER = {'high_speed': 'G', 'emu': 'D', 'intercity': 'C', 'suburban': 'S', 'direct': 'Z',
          'express': 'T', 'fast': 'K', 'local': 'L'}
DAYS_LETTER = {'DAILY': '', 'PEAK': 'P', 'HOLIDAY': 'H'}
# A pattern is split for a stop when the counts gain at least so much (see balance.weight).
SPLIT_GAIN = 2.5
# A trip may follow a pattern up to this distance; a pattern of one trip is given up for so much.
MOVE_LIMIT, MOVE_LIMIT_HOME, ABSORB_LOSS = 28.0, 15.0, 2.3
# The fastest train of a pair leads a pattern of its own, and what follows it is as quick but for:
FAST_SLACK_MIN = 1

COORD_SOURCE = {
    'amap_geocode': 'geocoded 2021', 'amap_point': 'geocoded 2021',
    'county_point': 'county centre point (5-10 km)',
    'interpolated_time': 'laid between its neighbours by run time (2-10 km)',
    'interpolated_coarse': 'laid between its neighbours by run time (10 km and more)',
    'metro_station': 'metro station of the same place', 'neighbour_copy': 'neighbouring station',
    'city_mean': 'mean of the stations of its city', 'manual_approx': 'placed by hand (2-10 km)'}


def span(trip, a, b):
    """Minutes of the trip from a to b, None when it does not run so."""
    i, j = trip.at.get(a), trip.at.get(b)
    if i is None or j is None or i >= j:
        return None
    return trip.calls[j][1] - trip.calls[i][2]


def fastest_trips(trips, cities, city_of):
    """{trip: [(a, b)]}: fastest trips of the named pairs, and of each delta city from HOME."""
    best = {}
    for t in trips:
        if HOME not in t.at or t.cls not in EMU_CLASSES:
            continue
        for name in t.at:
            a_b = (HOME, name) if t.at[name] > t.at[HOME] else (name, HOME)
            took = span(t, *a_b)
            if took is None:
                continue
            keys = [('pair',) + a_b] if name in GOLDEN else []
            if t.days == 'DAILY' and city_of.get(name) in cities and a_b[0] == HOME:
                keys.append(('city', city_of[name]))
            for key in keys:
                if key not in best or (took, t.key) < best[key][0]:
                    best[key] = ((took, t.key), t, a_b)
    lead = collections.defaultdict(list)
    for _, t, a_b in best.values():
        lead[t].append(a_b)
    return lead


def keeps_fastest(head, trip, lead):
    """True when the trip is about as quick as its lead on the pairs the lead is fastest on."""
    for a, b in lead.get(head, ()):
        took = span(trip, a, b)
        if took is None or took > span(head, a, b) + FAST_SLACK_MIN:
            return False
    return True


def make_patterns(trips, world, lead, hops):
    """Groups trips of the same class and days into patterns."""
    by_kind = collections.defaultdict(list)
    for t in trips:
        by_kind[t.cls, t.days, HOME in t.at].append(t)
    patterns = []
    for (cls, _, home), group in sorted(by_kind.items()):
        seeds = [i for i, t in enumerate(group) if t in lead]
        cost = OPEN_COST_HOME if home else OPEN_COST[cls]
        found = cluster.group(group, world, cost,
                              lambda a, b: keeps_fastest(a, b, lead), seeds)
        for i in sorted(found):
            fixed = {s for a_b in lead.get(group[i], ()) for s in a_b}
            patterns.append(pattern.Pattern(group[i], [group[j] for j in found[i]], fixed, hops))
    return patterns


def rescue(patterns, trips, hops):
    """Gives stations that fell out of all patterns one train per direction of their own."""
    served = {s for p in patterns for s in p.stops}
    for name in sorted({s for t in trips for s in t.at} - served):
        told = []
        for t in sorted((t for t in trips if name in t.at), key=lambda t: t.key):
            if any((t.mask & u.mask).bit_count() > 1 and cluster.time_spread(u, t) is not None
                   for u in told):
                continue
            told.append(t)
            owner = next(p for p in patterns if t in p.members)
            if len(owner.members) == 1:
                patterns.remove(owner)
            else:
                owner.become(owner.with_members([m for m in owner.members if m is not t]))
            patterns.append(pattern.Pattern(t, [t], (), hops))


def station_rows(names, station, trips):
    """Rows of stations.csv in the order of station_names.csv."""
    daily = collections.Counter()
    for t in trips:
        if t.days == 'DAILY':
            daily.update(t.at.keys())
    for name, row in names.items():
        s = station[name]
        own = row['own_id']
        source = ('public timetable listing of June 2024' if own else '12306 station codes')
        source += '; ' + COORD_SOURCE[s['coord_quality']]
        yield (s['station_id'], name, row['name_en'], s['city'],
               s['yrd_province'], f"{float(s['lat']):.5f}", f"{float(s['lon']):.5f}",
               s['coord_quality'], daily[name], source)


def hhmm(minute):
    """370 -> '06:10'."""
    return f'{minute // 60:02d}:{minute % 60:02d}'


def pattern_rows(patterns, hops, ident, names):
    """(rows of patterns.csv, rows of calls.csv), sorted by class, days and stations."""
    told = []
    for p in patterns:
        calls = schedule.timings(p, hops, HOME)
        told.append((p, calls, schedule.departures(p, calls, HOME)))
    order = list(LETTER)
    days = list(DAYS_LETTER)
    told.sort(key=lambda x: (order.index(x[0].cls), days.index(x[0].days), ident[x[1][0][0]],
                             ident[x[1][-1][0]], [ident[c[0]] for c in x[1]], x[2]))
    number = collections.Counter()
    rows, call_rows = [], []
    for p, calls, times in told:
        a, b = calls[0][0], calls[-1][0]
        stem = f'{LETTER[p.cls]}{DAYS_LETTER[p.days]}-{ident[a]}-{ident[b]}'
        number[stem] += 1
        key = f'{stem}-{number[stem]}'
        regular = schedule.headway(times)
        spread = ['', '', '', ' '.join(hhmm(t) for t in times)]
        if regular:
            spread = [hhmm(regular[0]), hhmm(regular[1]), regular[2], '']
        rows.append([key, p.cls, p.days] + spread
                    + [f'{a}—{b}', f"{names[a]['name_en']} – {names[b]['name_en']}"])
        call_rows += [[key, i + 1, ident[n], run, dwell]
                      for i, (n, run, dwell) in enumerate(calls)]
    return rows, call_rows


def write(folder, name, header, rows):
    """Writes a CSV file: UTF-8, LF, no quotes needed because no field holds a comma."""
    with open(os.path.join(folder, name), 'w', encoding='utf-8', newline='\n') as f:
        f.write(header + '\n')
        for row in rows:
            text = ','.join(str(x) for x in row)
            if text.count(',') != len(row) - 1:
                sys.exit(f'condense: {name}: a field holds a comma: {text}')
            f.write(text + '\n')


def condense(data, out):
    """Reads the facts in `data`, writes the plan to `out`, returns a line that sums it up."""
    names, station = facts.read_names(), facts.read_stations(data)
    trips = facts.read_trips(data, set(names))
    place = {n: (float(s['lat']), float(s['lon'])) for n, s in station.items()}
    in_delta = {n for n, s in station.items() if s['yrd_province']}
    city_of = {n: station[n]['city'] for n in in_delta}
    lead = fastest_trips(trips, set(city_of.values()), city_of)
    world = cluster.World(in_delta, place)
    hops = schedule.Hops(trips, world.between)

    def near(head, trip):
        """A trip may follow a lead it resembles and whose fastest times it keeps."""
        limit = MOVE_LIMIT_HOME if HOME in trip.at else MOVE_LIMIT
        cost = cluster.distance(head, trip, world, limit)
        return keeps_fastest(head, trip, lead) and cost is not None and cost <= limit

    patterns = make_patterns(trips, world, lead, hops)
    weigh = balance.Balance(patterns, trips, pattern.Order(trips, place))
    weigh.run(SPLIT_GAIN, functools.cache(near), ABSORB_LOSS)
    rescue(patterns, trips, hops)
    ident = {n: station[n]['station_id'] for n in names}
    rows, call_rows = pattern_rows(patterns, hops, ident, names)
    os.makedirs(out, exist_ok=True)
    write(out, 'stations.csv', 'station_id,name_zh,name_en,city_zh,province,lat,lon,coord_quality,'
          'importance,source', station_rows(names, station, trips))
    write(out, 'sections.csv', 'from,to,km,run_minutes,line_class,km_source',
          [(ident[a], ident[b], f'{length:.1f}', run, kind, 'derived')
           for a, b, length, run, kind in sections.find_sections(trips, place)])
    write(out, 'patterns.csv', 'pattern_id,class,days,first,last,headway_min,departures,name_zh,'
          'name_en', rows)
    write(out, 'calls.csv', 'pattern_id,seq,station_id,run_min,dwell_min', call_rows)
    calendar_days.write_calendar(out, write)
    return f'{len(trips)} trips -> {len(rows)} patterns, {len(call_rows)} calls'


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(condense(sys.argv[1], sys.argv[2]))
