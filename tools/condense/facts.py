"""The timetable facts as this tool needs them: kept stations and trips cut to them.

DATA_FOLDER holds stations.csv, trains.csv, stop_times.csv and cities.csv (see README.md for the
columns). A trip here is what remains of a listed train between its first and its last kept
station; calls in between at stations that are not kept are passed over, their time stays in the
run minutes. Train numbers are read to group the calls and go no further.
"""
import collections
import csv
import os

HOME = '上海虹桥'
# Classes of the listing -> words of the plan. The words are the vocabulary of patterns.csv.
CLASS_WORD = {'high_speed': 'high_speed', 'emu': 'emu', 'intercity': 'intercity',
              'suburban': 'suburban', 'direct_express': 'direct', 'express': 'express',
              'fast': 'fast', 'ordinary': 'local'}
# The G, D and C trains: the classes every published figure of the hub counts.
EMU_CLASSES = ('high_speed', 'emu', 'intercity')
# Stations whose pairs with HOME have published figures: trains, fastest and median minutes.
GOLDEN = ('苏州北', '杭州东', '南京南', '昆山南', '嘉兴南', '合肥南', '宁波')
# The listing knows one platform group of a station under a name of its own.
SAME_STATION = {'合肥南2': '合肥南'}


class Trip:
    """One listed train: class word, days, start (minute of the day) and calls.

    calls = [(name, arrival, departure)] in minutes after the departure from the first call.
    """
    __slots__ = ('key', 'cls', 'days', 'start', 'calls', 'at', 'mask')

    def __init__(self, key, cls, days, start, calls):
        self.key, self.cls, self.days, self.start, self.calls = key, cls, days, start, calls
        self.at = {c[0]: i for i, c in enumerate(calls)}
        self.mask = 0


def read_rows(folder, name):
    """Rows of a CSV file as dictionaries."""
    with open(os.path.join(folder, name), encoding='utf-8-sig', newline='') as f:
        yield from csv.DictReader(f)


def minutes(text):
    """'25:10:00' or '25:10' -> 1510."""
    parts = text.split(':')
    return int(parts[0]) * 60 + int(parts[1])


def read_names():
    """The kept stations in the order of station_names.csv: name_zh -> its row."""
    here = os.path.dirname(os.path.abspath(__file__))
    return {r['name_zh']: r for r in read_rows(here, 'station_names.csv')}


def read_stations(folder):
    """All stations of the facts by Chinese name, with what station_names.csv puts right."""
    stations = {r['name']: r for r in read_rows(folder, 'stations.csv')}
    for name, row in read_names().items():
        s = stations[name]
        s['station_id'] = row['own_id'] or s['station_id']
        s['city'] = row['city_zh'] or s['city']
        if row['lat']:
            s.update(lat=row['lat'], lon=row['lon'], coord_quality='manual_approx')
    return stations


def read_trips(folder, kept):
    """Trips cut to the stations in `kept` (None: all stations), sorted by key."""
    train = {r['train_id']: r for r in read_rows(folder, 'trains.csv')}
    calls = collections.defaultdict(list)
    for r in read_rows(folder, 'stop_times.csv'):
        name = SAME_STATION.get(r['station'], r['station'])
        if kept is None or name in kept:
            calls[r['train_id']].append((name, minutes(r['arr']), minutes(r['dep'])))
    trips = []
    for key in sorted(calls):
        c = calls[key]
        if len(c) < 2:
            continue
        t0 = c[0][2]
        rel = [(n, a - t0, d - t0) for n, a, d in c]
        rel[0] = (rel[0][0], 0, 0)
        rel[-1] = (rel[-1][0], rel[-1][1], rel[-1][1])
        trips.append(Trip(key, CLASS_WORD[train[key]['class']], train[key]['service'],
                          t0 % 1440, rel))
    bit = {}
    for t in trips:
        for name in t.at:
            t.mask |= 1 << bit.setdefault(name, len(bit))
    return trips
