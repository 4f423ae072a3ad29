"""Reads a service plan (the rail folder of a hub) and expands it to runs."""
import csv
import os


class Run:
    """One departure of a pattern: class, days and calls [(name, arrival, departure)].

    Times are minutes of the service day and may pass 1440.
    """
    __slots__ = ('key', 'cls', 'days', 'calls')

    def __init__(self, key, cls, days, calls):
        self.key, self.cls, self.days, self.calls = key, cls, days, calls


def rows(folder, name):
    """Rows of a CSV file as dictionaries."""
    with open(os.path.join(folder, name), encoding='utf-8', newline='') as f:
        yield from csv.DictReader(f)


def clock(text):
    """'06:10' -> 370."""
    hour, minute = text.split(':')
    return int(hour) * 60 + int(minute)


def expand(row):
    """Departures of a pattern row at its first stop, in minutes."""
    if row['departures']:
        return [clock(x) for x in row['departures'].split()]
    first, last, step = clock(row['first']), clock(row['last']), int(row['headway_min'])
    return list(range(first, last + 1, step))


def read_plan(folder):
    """(runs, stations): every departure of every pattern, and station rows by Chinese name."""
    station = {r['station_id']: r for r in rows(folder, 'stations.csv')}
    calls = {}
    for r in rows(folder, 'calls.csv'):
        calls.setdefault(r['pattern_id'], []).append(
            (int(r['seq']), station[r['station_id']]['name_zh'], int(r['run_min']),
             int(r['dwell_min'])))
    runs = []
    for r in rows(folder, 'patterns.csv'):
        for number, start in enumerate(expand(r)):
            now, out = start, []
            for _, name, run, dwell in sorted(calls[r['pattern_id']]):
                out.append((name, now + run, now + run + dwell))
                now += run + dwell
            runs.append(Run(f"{r['pattern_id']}#{number}", r['class'], r['days'], out))
    return runs, {r['name_zh']: r for r in station.values()}
