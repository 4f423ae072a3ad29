#!/usr/bin/env python3
"""Tests of the condensing tool and of the committed plan: python3 tools/condense/test_condense.py

The test that condenses anew needs the timetable facts; it is skipped where HQ_SHARED_DIR (or
../shared beside the repository) does not hold them.
"""
import contextlib
import csv
import filecmp
import io
import os
import shutil
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
RAIL = os.path.join(ROOT, 'hubs', 'hongqiao', 'rail')
SHARED = os.environ.get('HQ_SHARED_DIR', os.path.join(os.path.dirname(ROOT), 'shared'))
FACTS = os.path.join(SHARED, 'data', 'transport')
sys.path.insert(0, HERE)

import cluster  # noqa: E402
import compare  # noqa: E402
import condense  # noqa: E402
import facts  # noqa: E402
import measure  # noqa: E402
import pattern  # noqa: E402
import plan  # noqa: E402
import schedule  # noqa: E402
import sections  # noqa: E402


def trip(key, calls, days='DAILY', cls='high_speed', bits='ABCDEFGH'):
    """A trip from 'A 0 B 10 12 C 20'-like tuples; its mask has one bit per letter of `bits`."""
    t = facts.Trip(key, cls, days, 480, calls)
    t.mask = sum(1 << bits.index(n) for n in t.at)
    return t


def rows(name):
    """Rows of a file of the committed plan."""
    return list(plan.rows(RAIL, name))


def run_compare(*args):
    """(exit code, printed text) of compare.py."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text), contextlib.redirect_stderr(text):
        code = compare.main(list(args))
    return code, text.getvalue()


class Expand(unittest.TestCase):
    def test_headway_ends_with_last(self):
        row = {'departures': '', 'first': '23:30', 'last': '24:30', 'headway_min': '30'}
        self.assertEqual(plan.expand(row), [1410, 1440, 1470])

    def test_headway_stops_before_a_last_that_does_not_fit(self):
        row = {'departures': '', 'first': '06:00', 'last': '06:50', 'headway_min': '20'}
        self.assertEqual(plan.expand(row), [360, 380, 400])

    def test_list_keeps_order_and_twins(self):
        self.assertEqual(plan.expand({'departures': '06:10 06:10 25:00'}), [370, 370, 1500])


class Schedule(unittest.TestCase):
    def test_even_departures_become_a_headway(self):
        self.assertEqual(schedule.headway([360, 425, 480, 540]), (360, 540, 60))

    def test_uneven_departures_stay_a_list(self):
        self.assertIsNone(schedule.headway([360, 400, 700]))

    def test_two_departures_stay_a_list(self):
        self.assertIsNone(schedule.headway([360, 420]))

    def test_lower_median_is_a_value_of_the_facts(self):
        self.assertEqual(schedule.median([9, 1, 4, 30]), 4)


class Cluster(unittest.TestCase):
    def setUp(self):
        self.world = cluster.World(set('ABC'), {'A': (31.0, 121.0), 'B': (31.0, 121.3),
                                                'C': (31.0, 121.6), 'D': (33.0, 121.3)})
        self.a = trip('a', [('A', 0, 0), ('B', 10, 12), ('C', 20, 20)])
        self.b = trip('b', [('A', 0, 0), ('B', 10, 12), ('C', 21, 21)])
        self.back = trip('c', [('C', 0, 0), ('B', 10, 12), ('A', 20, 20)])

    def test_other_direction_is_never_near(self):
        self.assertIsNone(cluster.distance(self.a, self.back, self.world, 99))

    def test_similar_trips_share_a_group(self):
        groups = cluster.group([self.a, self.b, self.back], self.world, 5.0,
                               lambda x, y: True, [])
        self.assertEqual(sorted(sorted(v) for v in groups.values()), [[0, 1], [2]])

    def test_trips_that_part_are_less_alike(self):
        north = trip('n', [('A', 0, 0), ('B', 10, 12), ('D', 20, 20)])
        self.world.place['E'] = (31.0, 121.7)
        east = trip('e', [('A', 0, 0), ('B', 10, 12), ('E', 20, 20)])
        far = trip('f', [('A', 0, 0), ('B', 10, 12), ('G', 20, 20)])
        self.world.place['G'] = (29.0, 121.3)
        parted = cluster.distance(north, far, self.world, 99)
        self.assertGreater(parted, cluster.distance(self.a, east, self.world, 99) + 5)

    def test_a_trip_that_may_not_follow_leads_its_own_group(self):
        groups = cluster.group([self.a, self.b], self.world, 5.0, lambda x, y: False, [])
        self.assertEqual(len(groups), 2)


class Sections(unittest.TestCase):
    def test_express_jump_is_no_section(self):
        place = {'A': (31.0, 121.0), 'B': (31.0, 121.3), 'C': (31.0, 121.6)}
        trips = [trip(str(i), [('A', 0, 0), ('B', 10, 12), ('C', 22, 22)]) for i in range(3)]
        trips += [trip('x' + str(i), [('A', 0, 0), ('C', 18, 18)]) for i in range(3)]
        found = {(a, b) for a, b, *_ in sections.find_sections(trips, place)}
        self.assertEqual(found, {('A', 'B'), ('B', 'C')})


class Measure(unittest.TestCase):
    def test_circle_counts_waiting_and_change_time(self):
        home = facts.HOME
        runs = [plan.Run('1', 'high_speed', 'DAILY', [(home, 490, 490), ('B', 510, 512)]),
                plan.Run('2', 'high_speed', 'DAILY', [('B', 520, 520), ('C', 530, 530)]),
                plan.Run('3', 'high_speed', 'DAILY', [('B', 530, 530), ('C', 545, 545)])]
        circle = measure.Circle(runs, {home: 'h', 'B': 'b', 'C': 'c'}, {'h': 1, 'b': 2, 'c': 4})
        self.assertEqual(circle.leaving(480, 15)['C'], 65)
        self.assertEqual(circle.leaving(480, 10)['C'], 50)
        self.assertEqual(circle.summary(circle.leaving(480, 15), 60), (['b', 'h'], 3))

    def test_pair_counts_only_runs_in_this_direction(self):
        runs = [plan.Run('1', 'emu', 'DAILY', [('A', 0, 0), ('B', 20, 20)]),
                plan.Run('2', 'fast', 'DAILY', [('A', 0, 0), ('B', 30, 30)]),
                plan.Run('3', 'emu', 'DAILY', [('B', 0, 0), ('A', 25, 25)])]
        self.assertEqual(measure.pair(runs, 'A', 'B'), [20])


class CommittedPlan(unittest.TestCase):
    def test_references_resolve_and_ids_are_unique(self):
        stations = [r['station_id'] for r in rows('stations.csv')]
        names = [r['name_en'] for r in rows('stations.csv')]
        patterns = [r['pattern_id'] for r in rows('patterns.csv')]
        services = {r['service_id'] for r in rows('calendar.csv')}
        for ids in (stations, names, patterns):
            self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual({r['days'] for r in rows('patterns.csv')} - services, set())
        self.assertEqual({r['class'] for r in rows('patterns.csv')} - set(condense.LETTER), set())
        self.assertEqual({r['station_id'] for r in rows('calls.csv')} - set(stations), set())
        self.assertEqual({r['pattern_id'] for r in rows('calls.csv')}, set(patterns))
        ends = {x for r in rows('sections.csv') for x in (r['from'], r['to'])}
        self.assertEqual(ends - set(stations), set())

    def test_calls_are_numbered_and_timed(self):
        last, seen = None, set()
        calls = rows('calls.csv')
        for i, r in enumerate(calls):
            first = r['pattern_id'] != last
            final = i + 1 == len(calls) or calls[i + 1]['pattern_id'] != r['pattern_id']
            seen = set() if first else seen
            self.assertNotIn(r['station_id'], seen, r)
            seen.add(r['station_id'])
            self.assertEqual(int(r['seq']), len(seen), r)
            self.assertEqual(int(r['run_min']) == 0, first, r)
            self.assertEqual(int(r['dwell_min']) == 0, first or final, r)
            self.assertFalse(first and final, r)
            last = r['pattern_id']

    def test_departures_are_told_in_one_way(self):
        for r in rows('patterns.csv'):
            regular = [r['first'], r['last'], r['headway_min']]
            self.assertTrue(all(regular) if not r['departures'] else not any(regular), r)
            times = plan.expand(r)
            self.assertTrue(times and times == sorted(times), r)
            if not r['departures']:
                self.assertEqual(times[-1], plan.clock(r['last']), r)

    def test_no_hop_is_quicker_than_a_train(self):
        place = {r['station_id']: (float(r['lat']), float(r['lon']))
                 for r in rows('stations.csv') if r['coord_quality'] == 'amap_geocode'}
        before, fast = None, []
        for r in rows('calls.csv'):
            if r['seq'] != '1' and before in place and r['station_id'] in place:
                length = pattern.km(place[before], place[r['station_id']])
                if length / int(r['run_min']) * 60 > 360:
                    fast.append(r)
            before = r['station_id']
        self.assertEqual(fast, [])

    def test_every_delta_station_has_a_service(self):
        served = {r['station_id'] for r in rows('calls.csv')}
        idle = [r['name_zh'] for r in rows('stations.csv')
                if r['province'] and r['station_id'] not in served]
        self.assertEqual(idle, [])

    def test_most_trains_share_a_pattern(self):
        sizes = [len(plan.expand(r)) for r in rows('patterns.csv')]
        self.assertLessEqual(len(sizes), 900)
        self.assertLess(sizes.count(1), 0.10 * sum(sizes))

    def test_files_stay_small(self):
        self.assertLess(sum(os.path.getsize(os.path.join(RAIL, f)) for f in os.listdir(RAIL)),
                        1_000_000)

    def test_keeps_the_golden_figures(self):
        code, text = run_compare(RAIL)
        self.assertEqual(code, 0, text)

    def test_a_broken_plan_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in os.listdir(RAIL):
                shutil.copy(os.path.join(RAIL, name), folder)
            path = os.path.join(folder, 'calls.csv')
            with open(path, encoding='utf-8', newline='') as f:
                calls = list(csv.DictReader(f))
            with open(path, 'w', encoding='utf-8', newline='') as f:
                out = csv.DictWriter(f, calls[0].keys(), lineterminator='\n')
                out.writeheader()
                for r in calls:  # every hop into Suzhou North takes ten minutes longer
                    late = 10 if r['station_id'] == 'OHH' and r['seq'] != '1' else 0
                    out.writerow({**r, 'run_min': int(r['run_min']) + late})
            code, text = run_compare(folder)
        self.assertEqual(code, 1)
        self.assertIn('BROKEN 上海虹桥 -> 苏州北: median', text)

    def test_wrong_call_prints_usage(self):
        code, text = run_compare()
        self.assertEqual(code, 2)
        self.assertIn('Usage', text)


@unittest.skipUnless(os.path.isdir(FACTS), 'no timetable facts in HQ_SHARED_DIR')
class WithFacts(unittest.TestCase):
    def test_condensing_gives_the_committed_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            condense.condense(FACTS, folder)
            _, differ, missing = filecmp.cmpfiles(RAIL, folder, os.listdir(RAIL), shallow=False)
        self.assertEqual((differ, missing), ([], []))

    def test_golden_table_is_that_of_the_facts(self):
        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            compare.print_golden(FACTS)
        with open(os.path.join(HERE, 'golden.csv'), encoding='utf-8', newline='') as f:
            self.assertEqual(f.read(), text.getvalue())


if __name__ == '__main__':
    unittest.main()
