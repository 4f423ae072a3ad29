#!/usr/bin/env python3
"""Compares a service plan with the timetable facts it was condensed from.

Usage: python3 compare.py HUB_RAIL_FOLDER                check against golden.csv (no facts needed)
       python3 compare.py DATA_FOLDER HUB_RAIL_FOLDER    check against the facts themselves
       python3 compare.py --golden DATA_FOLDER           print golden.csv anew from the facts
Prints trains a day, fastest and median minutes in the facts and in the plan for each destination
of the hub's own station. Ends with code 1 when a bound is broken, 2 when called wrongly.
"""
import csv
import os
import sys

import facts
import measure
import plan
from facts import GOLDEN, HOME

HERE = os.path.dirname(os.path.abspath(__file__))
# The pairs with published figures: count within 10 %, fastest within 1 minute, median within 5 %.
COUNT_SHARE, MEDIAN_SHARE, FASTEST_MIN = 0.10, 0.05, 1
# Every destination with at least so many trains in the facts keeps its count too.
COUNTED_FROM = 10
# ... but for a single train, and for two where the facts have fewer than SMALL_BELOW.
SMALL_BELOW, SMALL_GAP = 20, 2
CIRCLE_SHARE = 0.05
LIMIT_MIN = 120


def fact_runs(data):
    """The facts as runs, at all stations (nothing cut)."""
    out = []
    for t in facts.read_trips(data, None):
        out.append(plan.Run(t.key, t.cls, t.days,
                            [(n, t.start + a, t.start + d) for n, a, d in t.calls]))
    return out


def read_cities():
    """Delta city -> inhabitants."""
    with open(os.path.join(HERE, 'delta_people.csv'), encoding='utf-8', newline='') as f:
        return {r['city_zh']: int(r['people']) for r in csv.DictReader(f)}


def pair_rows(runs):
    """Rows of pair figures: every destination and origin of HOME, all days and DAILY only."""
    rows = {}
    for pair, told in measure.home_pairs(runs).items():
        for days in ('ALL', 'DAILY'):
            minutes = sorted(m for d, m in told if days in ('ALL', d))
            rows[('pair', *pair, days)] = measure.figures(minutes)
    return rows


def class_rows(runs):
    """Runs per class and days: ('class', class, days, '') -> (runs, None, None)."""
    rows = {}
    for r in runs:
        key = ('class', r.cls, r.days, '')
        rows[key] = (rows.get(key, (0,))[0] + 1, None, None)
    return rows


def circle_rows(runs, place):
    """The circle figures: ('circle', definition, minutes, '') -> (cities, people, None)."""
    c = measure.Circle(runs, place, read_cities())
    told = {'direct best of day': c.direct(), 'changes 10 min best of day': c.best_of_day(10),
            'leaving 08:00 changes 15 min': c.leaving(480, 15)}
    rows = {}
    for name, minutes in told.items():
        cities, people = c.summary(minutes, LIMIT_MIN)
        rows['circle', name, str(LIMIT_MIN), ''] = (len(cities), people, cities)
    return rows


def fact_rows(data):
    """All golden rows from the facts."""
    runs = fact_runs(data)
    place = {n: r['city'] for n, r in facts.read_stations(data).items() if r['yrd_province']}
    return {**pair_rows(runs), **class_rows(runs), **circle_rows(runs, place)}


def plan_rows(folder):
    """The same rows from the plan."""
    runs, station = plan.read_plan(folder)
    place = {n: r['city_zh'] for n, r in station.items() if r['province']}
    return {**pair_rows(runs), **class_rows(runs), **circle_rows(runs, place)}


def number(x):
    """Plain text of a number, empty for None."""
    return '' if x is None else f'{x:g}' if isinstance(x, float) else str(x)


def print_golden(data):
    """Writes golden.csv to standard output: pairs with enough trains, classes, circles."""
    print('kind,a,b,days,count,min,median,source')
    for key, (count, low, mid) in sorted(fact_rows(data).items()):
        if key[0] == 'pair' and (count < COUNTED_FROM or key[3] != 'ALL' and count < 5):
            continue
        if key[0] == 'circle':
            mid = ' '.join(mid)
        print(','.join((*key, str(count), number(low), number(mid),
                        'public timetable listing of June 2024')))


def read_golden():
    """golden.csv as rows keyed like fact_rows."""
    rows = {}
    with open(os.path.join(HERE, 'golden.csv'), encoding='utf-8', newline='') as f:
        for r in csv.DictReader(f):
            key = (r['kind'], r['a'], r['b'], r['days'])
            if key[0] == 'circle':
                rows[key] = (int(r['count']), int(r['min']), r['median'].split())
            else:
                rows[key] = (int(r['count']), int(r['min']) if r['min'] else None,
                             float(r['median']) if r['median'] else None)
    return rows


def off(fact, told):
    """Relative error in per cent as text."""
    return f'{(told - fact) / fact * 100:+6.1f} %'


def count_off(fact, told, golden):
    """True when a count breaks its bound; small counts of other pairs may be two trains off."""
    least = 0 if golden else SMALL_GAP if fact < SMALL_BELOW else 1
    return abs(told - fact) > max(fact * COUNT_SHARE, least)


def compare_pairs(fact, told):
    """Prints the pair table; returns the broken bounds as text."""
    broken = []
    print('from,to: trains fact -> plan | fastest | median | DAILY trains')
    kept = facts.read_names()
    keys = [k for k in fact if k[0] == 'pair' and k[3] == 'ALL' and fact[k][0] >= COUNTED_FROM
            and k[1] in kept and k[2] in kept]
    for key in sorted(keys, key=lambda k: (k[1] != HOME, -fact[k][0], k)):
        _, a, b, _ = key
        n, low, mid = fact[key]
        m, p_low, p_mid = told.get(key, (0, None, None))
        day = key[:3] + ('DAILY',)
        d, e = fact.get(day, (0,))[0], told.get(day, (0,))[0]
        golden = (b if a == HOME else a) in GOLDEN
        if m == 0:
            broken.append(f'{a} -> {b}: no train in the plan')
            continue
        print(f'{"*" if golden else " "} {a} -> {b}: {n} -> {m} {off(n, m)} | {low} -> {p_low} | '
              f'{mid:g} -> {p_mid:g} {off(mid, p_mid)} | {d} -> {e}')
        if count_off(n, m, golden):
            broken.append(f'{a} -> {b}: {m} trains, facts {n}')
        if d >= COUNTED_FROM and count_off(d, e, golden):
            broken.append(f'{a} -> {b}: {e} daily trains, facts {d}')
        if golden and abs(p_mid - mid) > mid * MEDIAN_SHARE:
            broken.append(f'{a} -> {b}: median {p_mid:g} min, facts {mid:g}')
        if golden and abs(p_low - low) > FASTEST_MIN:
            broken.append(f'{a} -> {b}: fastest {p_low} min, facts {low}')
    return broken


def listed(these, without):
    """The names in `these` that are not in `without`."""
    return ' '.join(sorted(set(these) - set(without))) or '-'


def compare_rest(fact, told):
    """Prints classes and circles; returns the broken bounds."""
    broken = []
    for key in sorted(k for k in fact if k[0] == 'class'):
        n, m = fact[key][0], told.get(key, (0,))[0]
        print(f'class {key[1]} {key[2]}: {n} -> {m} runs {off(n, m)}')
        if n >= COUNTED_FROM and abs(m - n) > n * COUNT_SHARE:
            broken.append(f'class {key[1]} {key[2]}: {m} runs, facts {n}')
    for key in sorted(k for k in fact if k[0] == 'circle'):
        (n, people, cities), (m, p_people, p_cities) = fact[key], told[key]
        print(f'circle {key[2]} min, {key[1]}: {n} cities {people / 1e6:.1f} M -> {m} cities '
              f'{p_people / 1e6:.1f} M; lost: {listed(cities, p_cities)}; '
              f'gained: {listed(p_cities, cities)}')
        if abs(p_people - people) > people * CIRCLE_SHARE:
            broken.append(f'circle, {key[1]}: {p_people} people, facts {people}')
    return broken


def main(args):
    """Runs the command line; returns the exit code."""
    if len(args) == 2 and args[0] == '--golden':
        print_golden(args[1])
        return 0
    if len(args) not in (1, 2) or args[0].startswith('-'):
        print(__doc__, file=sys.stderr)
        return 2
    fact = fact_rows(args[0]) if len(args) == 2 else read_golden()
    told = plan_rows(args[-1])
    broken = compare_pairs(fact, told) + compare_rest(fact, told)
    for text in broken:
        print('BROKEN', text)
    print(f'{len(broken)} bounds broken')
    return 1 if broken else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
