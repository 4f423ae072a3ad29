#!/usr/bin/env python3
"""Kills a cluster under load, part by part, and looks for every command that was acknowledged.

usage: kill_test.py HONGQIAO [--rounds 20] [--workers 24] [--dir D]

Starts three PostgreSQL nodes (cluster.py) and two hub nodes on them, and sends commands from
several workers, each command until it is acknowledged. By turns a round kills, with SIGKILL, the
PostgreSQL primary (its process alone; the next time its whole node, Patroni too) and the active
hub node, and starts what it killed again. After each round it reads the log out of PostgreSQL with
a reader of its own (docs/format/log.md): the hash chain holds, each acknowledged command is there
once and at the place that was told, and those of one worker are in the order in which they were
sent. Prints how long the service was away: the longest time without an acknowledgement. Ends with
77 where packages are missing.
"""
import argparse
import hashlib
import http.client
import json
import pathlib
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time

from cluster import Cluster, Problem, is_alive, missing_packages

SKIPPED = 77  # exit code that ctest takes for "skipped"
HUB_PORTS = (18481, 18482)
ANSWER_WAIT_S = 10
STEADY_S = 1.0
BACK_WAIT_S = 90
ROOT = pathlib.Path(__file__).resolve().parents[2]


class Hub:
    """One hub node: a `hongqiao serve` that is started again after each kill."""

    def __init__(self, program, folder, port, database):
        self.program, self.folder, self.port = program, folder, port
        self.database = database
        self.process = None

    def start(self):
        self.folder.mkdir(exist_ok=True)
        with open(self.folder / 'output', 'ab') as output:
            self.process = subprocess.Popen(
                [self.program, 'serve', '--quiet', '--data', str(self.folder),
                 '--hub', str(ROOT / 'hubs/hongqiao'), '--port', str(self.port),
                 '--database', self.database],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def stop(self, number=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(30)

    def health(self):
        """What /healthz says, or None."""
        try:
            connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=2)
            connection.request('GET', '/healthz')
            told = json.loads(connection.getresponse().read())
            connection.close()
            return told
        except (OSError, ValueError, http.client.HTTPException):
            return None

    def token(self):
        words = (self.folder / 'output').read_text(encoding='utf-8').split()
        return next(word for word in words if word.startswith('hq_'))


class Worker(threading.Thread):
    """Sends commands one after the other, each again and again until it is acknowledged."""

    def __init__(self, number, token):
        super().__init__(daemon=True)
        self.number, self.token = number, token
        self.acknowledged = []  # (n, commit, time)
        self.sent_again = 0
        self.stopping = False
        self.connection = None
        self.port = 0

    def run(self):
        n = 0
        while not self.stopping:
            n += 1
            commit = self.send(n)
            if commit is not None:
                self.acknowledged.append((n, commit, time.monotonic()))

    def send(self, n):
        account = {'id': str(self.number * 10**9 + n), 'asset': 156, 'kind': 1}
        body = json.dumps({'accounts': [account]})
        while not self.stopping:
            try:
                status, answer = self.ask(n, body)
            except (OSError, http.client.HTTPException):
                status, answer = 0, b''
            if status == 200:
                return json.loads(answer)['commit']
            if status not in (0, 429, 503):
                raise SystemExit(f'worker {self.number}: {status} {answer}')
            self.sent_again += 1
            self.turn()
            time.sleep(0.05)
        return None

    def ask(self, n, body):
        if self.connection is None:
            self.connection = http.client.HTTPConnection('127.0.0.1', HUB_PORTS[self.port],
                                                         timeout=ANSWER_WAIT_S)
        self.connection.request('POST', '/api/v1/ledger/accounts', body, {
            'Authorization': f'Bearer {self.token}', 'Content-Type': 'application/json',
            'Idempotency-Key': f'{self.number}-{n}'})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def turn(self):
        """To the other node, on a new connection."""
        if self.connection:
            self.connection.close()
        self.connection = None
        self.port = (self.port + 1) % len(HUB_PORTS)


class LogCheck:
    """Reads what is new in the log and holds it to its format, without the program under test."""

    def __init__(self):
        self.seq, self.hash, self.time = 0, bytes(32), 0
        self.seq_of = {}  # by command id
        self.last_of_worker = {}

    def read(self, cluster):
        rows = cluster.sql("SELECT first_seq, last_seq, encode(commits, 'hex') FROM "
                           f"hongqiao.commit_group WHERE stream = 'main' AND first_seq > {self.seq}"
                           ' ORDER BY first_seq', 'hub')
        for row in rows.splitlines():
            first, last, commits = row.split('|')
            assert int(first) == self.seq + 1, f'row {first} stands behind commit {self.seq}'
            data = bytes.fromhex(commits)
            while data:
                size = struct.unpack_from('<I', data)[0]
                self.record(data[4:4 + size])
                data = data[4 + size:]
            assert self.seq == int(last), f'row {first} claims to end at {last}'
        index = cluster.sql("SELECT count(*), count(DISTINCT seq) FROM hongqiao.command "
                            f"WHERE stream = 'main' AND seq <= {self.seq}", 'hub')
        counts = [int(word) for word in index.split('|')]
        assert counts == [len(self.seq_of)] * 2, f'index of {counts}, log of {len(self.seq_of)}'

    def record(self, record):
        version, seq, at, previous, _ = struct.unpack_from('<BQq32s32s', record)
        assert version == 1 and seq == self.seq + 1, f'commit {seq} stands behind {self.seq}'
        assert previous == self.hash, f'commit {seq} is not linked to the one before'
        assert at >= self.time, f'commit {seq} is earlier than the one before'
        assert hashlib.sha256(record[:-32]).digest() == record[-32:], f'commit {seq} is damaged'
        place = 81
        texts = []
        for _ in range(3):
            size = struct.unpack_from('<I', record, place)[0]
            texts.append(record[place + 4:place + 4 + size])
            place += 4 + size
        command = texts[2].decode()
        assert command not in self.seq_of, f'twice: {command}'
        worker, n = (int(word) for word in command.split('-'))
        assert n == self.last_of_worker.get(worker, 0) + 1, f'out of order: {command}'
        self.last_of_worker[worker] = n
        self.seq_of[command] = seq
        self.seq, self.hash, self.time = seq, record[-32:], at

    def check(self, cluster, workers):
        """All that was acknowledged by now is in what is read after it."""
        told = [(f'{worker.number}-{n}', commit)
                for worker in workers for n, commit, _ in list(worker.acknowledged)]
        self.read(cluster)
        for command, commit in told:
            assert command in self.seq_of, f'lost: {command}'
            assert self.seq_of[command] == commit, f'{command} was told another place'


class Test:
    """The cluster, the nodes, the workers, and the rounds."""

    def __init__(self, program, folder, worker_count):
        self.cluster = Cluster(folder / 'postgres')
        self.folder, self.program, self.worker_count = folder, program, worker_count
        self.hubs, self.workers = [], []
        self.log = LogCheck()
        self.away = {}  # seconds by what was killed

    def start(self):
        self.cluster.start()
        address = self.cluster.address()
        self.hubs = [Hub(self.program, self.folder / f'hub{i}', port, address)
                     for i, port in enumerate(HUB_PORTS)]
        self.hubs[0].start()
        self.wait('the first node is active', lambda: self.active() is self.hubs[0])
        # One token for both, as an operator of several nodes would have it.
        self.hubs[1].folder.mkdir(exist_ok=True)
        shutil.copy(self.hubs[0].folder / 'operator_token', self.hubs[1].folder)
        self.hubs[1].start()
        self.wait('the second node is a standby', self.is_whole)
        token = self.hubs[0].token()
        self.workers = [Worker(number + 1, token) for number in range(self.worker_count)]
        for worker in self.workers:
            worker.start()

    def stop(self):
        for worker in self.workers:
            worker.stopping = True
        for worker in self.workers:
            worker.join(ANSWER_WAIT_S + 5)
        for hub in self.hubs:
            hub.stop()
        self.cluster.stop()

    def active(self):
        for hub in self.hubs:
            told = hub.health()
            if told and told['role'] == 'active':
                return hub
        return None

    def is_whole(self):
        roles = sorted((hub.health() or {}).get('role', '') for hub in self.hubs)
        return roles == ['active', 'standby'] and self.cluster.is_whole()

    def wait(self, what, is_so, seconds=BACK_WAIT_S):
        """Until `is_so` gives something true, which it returns."""
        deadline = time.monotonic() + seconds
        while not (answer := is_so()):
            for hub in self.hubs:  # a node that stopped with its last word is started again
                if hub.process and hub.process.poll() is not None:
                    hub.start()
            self.cluster.reap()
            if time.monotonic() > deadline:
                raise Problem(f'after {seconds} s it is not so that {what}')
            time.sleep(0.1)
        return answer

    def acknowledgements_since(self, moment):
        return sorted(at for worker in self.workers
                      for _, _, at in list(worker.acknowledged)[-100_000:] if at >= moment)

    def round(self, number):
        before = time.monotonic()
        self.wait('commands are acknowledged', lambda: self.acknowledgements_since(before), 30)
        time.sleep(STEADY_S)
        killed_at = time.monotonic()
        what = self.kill_one(number)
        self.wait('commands are acknowledged again', lambda: self.acknowledgements_since(
            killed_at + 0.5))
        time.sleep(STEADY_S)
        acknowledged = self.acknowledgements_since(killed_at - STEADY_S)
        gap = max(b - a for a, b in zip(acknowledged, acknowledged[1:]))
        self.away.setdefault(what, []).append(gap)
        self.restart()
        self.wait('all is whole again', self.is_whole)
        self.log.check(self.cluster, self.workers)
        print(f'round {number:2}: killed the {what}; away for {gap:.1f} s; whole again after '
              f'{time.monotonic() - killed_at:.1f} s; {self.log.seq} commits', flush=True)

    def kill_one(self, number):
        if number % 2 == 0:
            self.wait('a node is active', self.active).stop(signal.SIGKILL)
            return 'active hub node'
        # One more, so that the first node is not taken for none.
        primary = self.wait('PostgreSQL has a primary', lambda: (
            found + 1 if (found := self.cluster.primary()) is not None else None)) - 1
        if number % 4 == 1:
            self.cluster.kill_postgres(primary)
            return 'PostgreSQL primary (process)'
        self.cluster.kill_node(primary)
        return 'PostgreSQL primary (node)'

    def restart(self):
        for hub in self.hubs:
            if hub.process.poll() is not None:
                hub.start()
        for node in range(3):
            self.cluster.reap()
            if not is_alive(self.cluster.state['pids'][f'patroni{node}']):
                self.cluster.restart_node(node)

    def finish(self):
        """All that was acknowledged, to the last; and both nodes show it."""
        for worker in self.workers:
            worker.stopping = True
        for worker in self.workers:
            worker.join(ANSWER_WAIT_S + 5)
        self.log.check(self.cluster, self.workers)
        self.wait('both nodes have folded the whole log',
                  lambda: all((hub.health() or {}).get('seq') == self.log.seq
                              for hub in self.hubs))

    def report(self):
        count = sum(len(worker.acknowledged) for worker in self.workers)
        again = sum(worker.sent_again for worker in self.workers)
        print(f'{count} commands acknowledged, each in the log once, at its place and in order; '
              f'{again} sendings had to be made again')
        for what, seconds in [*sorted(self.away.items()),
                              ('all', [s for each in self.away.values() for s in each])]:
            print(f'away, {what}: median {statistics.median(seconds):.1f} s, '
                  f'worst {max(seconds):.1f} s, {len(seconds)} times')


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('hongqiao')
    parser.add_argument('--rounds', type=int, default=20)
    parser.add_argument('--workers', type=int, default=24)
    parser.add_argument('--dir', help='kept afterwards; default: a temporary folder')
    given = parser.parse_args()
    if missing := missing_packages():
        print(f'skipped: apt-get install {" ".join(missing)}')
        sys.exit(SKIPPED)
    if not pathlib.Path(given.hongqiao).is_file():
        sys.exit(f'{given.hongqiao}: no such program; build it first')
    folder = pathlib.Path(given.dir or tempfile.mkdtemp(prefix='hongqiao_cluster_')).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)  # the user postgres goes through it
    test = Test(str(pathlib.Path(given.hongqiao).resolve()), folder, given.workers)
    failed = None
    try:
        test.start()
        for number in range(1, given.rounds + 1):
            test.round(number)
        test.finish()
        test.report()
    except (AssertionError, Problem) as why:
        failed = why
    finally:
        test.stop()
    if failed:
        sys.exit(f'FAILED: {failed}; see {folder}')
    if not given.dir:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == '__main__':
    main()
