#!/usr/bin/env python3
"""Three PostgreSQL nodes with Patroni and etcd on this machine, as packaging/cluster sets them up.

usage: cluster start|status|kill-primary|stop --dir D [--port P]

Everything lives in D and listens on 127.0.0.1 alone, from port P on (default 17400): etcd at P to
P+5, Patroni at P+10 to P+12, PostgreSQL at P+20 to P+22. `start` prints the address for
`hongqiao serve --database`. Made of Debian's packages patroni, etcd-server and postgresql; as
root the processes run as the user postgres, which PostgreSQL asks for.
"""
import argparse
import glob
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

NODES = 3
START_WAIT_S = 90
# Three nodes and three etcd take about 300 MB together.
SHARED_BUFFERS = '32MB'
WAL_BYTES = '256MB'
TEMPLATE = pathlib.Path(__file__).resolve().parents[2] / 'packaging/cluster/patroni.yml'


class Problem(Exception):
    """What went wrong, for the person who started this."""


def postgres_programs():
    """Folder of the newest PostgreSQL of Debian, or None."""
    found = glob.glob('/usr/lib/postgresql/*/bin/postgres')
    newest = max(found, key=lambda path: int(path.split('/')[4]), default=None)
    return newest and os.path.dirname(newest)


def missing_packages():
    """Debian packages that are needed and not there."""
    missing = [] if postgres_programs() else ['postgresql']
    missing += [] if shutil.which('patroni') else ['patroni']
    missing += [] if shutil.which('etcd') else ['etcd-server']
    return missing


def is_alive(pid):
    try:
        with open(f'/proc/{pid}/stat', encoding='ascii') as stat:
            return stat.read().rpartition(')')[2].split()[0] != 'Z'
    except FileNotFoundError:
        return False


def kill(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


class Cluster:
    """The processes in one folder. `state.json` there holds what a later command needs."""

    def __init__(self, folder, port=17400):
        self.folder = pathlib.Path(folder).resolve()
        self.state_file = self.folder / 'state.json'
        self.children = {}  # name: Popen, of those that this process started
        self.user = 'postgres' if os.geteuid() == 0 else None
        if self.state_file.exists():
            self.state = json.loads(self.state_file.read_text(encoding='utf-8'))
        else:
            words = ('superuser', 'replication', 'rewind', 'hub')
            self.state = {'port': port, 'pids': {},
                          'passwords': {word: secrets.token_hex(12) for word in words}}

    # Addresses

    def port(self, kind, node):
        return self.state['port'] + {'etcd': 0, 'peer': 3, 'rest': 10, 'postgres': 20}[kind] + node

    def address(self, database='hub', user='hongqiao', password=None):
        """Connection string that names all nodes; libpq finds the one that takes writes."""
        hosts = ','.join(f'127.0.0.1:{self.port("postgres", node)}' for node in range(NODES))
        password = password or self.state['passwords']['hub']
        return f'postgresql://{user}:{password}@{hosts}/{database}'

    # Processes

    def save(self):
        self.state_file.write_text(json.dumps(self.state, indent=1), encoding='utf-8')
        self.state_file.chmod(0o600)

    def spawn(self, name, command, environment=None):
        if self.user:
            command = ['setpriv', f'--reuid={self.user}', f'--regid={self.user}', '--init-groups',
                       *command]
        with open(self.folder / f'{name}.log', 'ab') as log:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                     cwd=self.folder, start_new_session=True,
                                     env={**os.environ, 'HOME': str(self.folder),
                                          'LC_ALL': 'C.UTF-8',
                                          **(environment or {})})
        self.children[name] = child
        self.state['pids'][name] = child.pid
        self.save()

    def reap(self):
        for child in self.children.values():
            child.poll()

    def start_etcd(self, node):
        clients = f'http://127.0.0.1:{self.port("etcd", node)}'
        peers = f'http://127.0.0.1:{self.port("peer", node)}'
        everyone = ','.join(f'etcd{other}=http://127.0.0.1:{self.port("peer", other)}'
                            for other in range(NODES))
        self.spawn(f'etcd{node}', [
            'etcd', '--name', f'etcd{node}', '--data-dir', str(self.folder / f'etcd{node}'),
            '--listen-client-urls', clients, '--advertise-client-urls', clients,
            '--listen-peer-urls', peers, '--initial-advertise-peer-urls', peers,
            '--initial-cluster', everyone, '--initial-cluster-token', 'hongqiao',
            '--initial-cluster-state', 'new', '--quota-backend-bytes', str(64 << 20)],
            {'GOMAXPROCS': '1'})

    def start_patroni(self, node):
        passwords = self.state['passwords']
        words = {
            'NAME': f'pg{node}', 'ADDRESS': '127.0.0.1', 'NETWORK': '127.0.0.1/32',
            'REST_PORT': self.port('rest', node), 'PORT': self.port('postgres', node),
            'ETCD_HOSTS': ','.join(f'127.0.0.1:{self.port("etcd", n)}' for n in range(NODES)),
            'DATA': self.folder / f'pg{node}', 'BIN': postgres_programs(),
            'SOCKETS': self.folder, 'SHARED_BUFFERS': SHARED_BUFFERS, 'WAL_BYTES': WAL_BYTES,
            'SUPERUSER_PASSWORD': passwords['superuser'],
            'REPLICATION_PASSWORD': passwords['replication'],
            'REWIND_PASSWORD': passwords['rewind'],
        }
        text = TEMPLATE.read_text(encoding='utf-8')
        comments_gone = re.sub(r'^ *#.*\n', '', text, flags=re.M)
        filled = re.sub(r'@([A-Z_]+)@', lambda word: str(words[word[1]]), comments_gone)
        config = self.folder / f'patroni{node}.yml'
        config.write_text(filled, encoding='utf-8')
        if self.user:
            shutil.chown(config, self.user)
        config.chmod(0o600)
        self.spawn(f'patroni{node}', ['patroni', str(config)])

    def start(self):
        if missing := missing_packages():
            raise Problem(f'missing: apt-get install {" ".join(missing)}')
        if any(is_alive(pid) for pid in self.state['pids'].values()):
            raise Problem(f'{self.folder}: a cluster runs there already')
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        if self.user:
            shutil.chown(self.folder, self.user)
        self.save()
        for node in range(NODES):
            self.start_etcd(node)
        for node in range(NODES):
            self.start_patroni(node)
        self.wait_until_whole(START_WAIT_S)
        self.make_database()

    def make_database(self):
        """The role and the database of the hub, where there are none yet."""
        password = self.state['passwords']['hub']
        have = self.sql("SELECT 1 FROM pg_roles WHERE rolname = 'hongqiao'")
        if not have:
            self.sql(f"CREATE ROLE hongqiao LOGIN PASSWORD '{password}'")
            self.sql('CREATE DATABASE hub OWNER hongqiao')

    def sql(self, statement, database='postgres'):
        done = subprocess.run(
            ['psql', '-X', '-A', '-t', '-c', statement,
             self.address(database, 'postgres', self.state['passwords']['superuser'])
             + '?target_session_attrs=read-write&connect_timeout=5'],
            capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise Problem(f'{statement}: {done.stderr.strip()}')
        return done.stdout.strip()

    # What is going on

    def members(self):
        """Name: (role, state, lag), as Patroni tells; empty where none of them answers."""
        for node in range(NODES):
            try:
                url = f'http://127.0.0.1:{self.port("rest", node)}/cluster'
                with urllib.request.urlopen(url, timeout=2) as answer:
                    told = json.load(answer)['members']
                return {one['name']: (one['role'], one['state'], one.get('lag', 0))
                        for one in told}
            except (OSError, ValueError, KeyError):
                continue
        return {}

    def primary(self):
        """Number of the node that leads, or None."""
        for name, (role, state, _) in self.members().items():
            if role == 'leader' and state == 'running':
                return int(name[2:])
        return None

    def is_whole(self):
        """All run, one leads, one is its synchronous standby and the last one streams too."""
        members = self.members()
        roles = sorted(role for role, state, _ in members.values()
                       if state in ('running', 'streaming'))
        return roles == ['leader', 'replica', 'sync_standby']

    def wait_until_whole(self, seconds):
        deadline = time.monotonic() + seconds
        while not self.is_whole():
            self.reap()
            if time.monotonic() > deadline:
                raise Problem(f'the cluster is not whole after {seconds} s: {self.members()}; '
                              f'see {self.folder}/*.log')
            time.sleep(0.25)

    # Ends

    def postmaster(self, node):
        """Process id of PostgreSQL on this node, or None."""
        try:
            pid_file = self.folder / f'pg{node}/postmaster.pid'
            pid = int(pid_file.read_text(encoding='ascii').split()[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if is_alive(pid) else None

    def kill_postgres(self, node):
        """SIGKILL to PostgreSQL alone; Patroni beside it lives."""
        if pid := self.postmaster(node):
            kill(pid, signal.SIGKILL)

    def kill_node(self, node):
        """SIGKILL to Patroni and PostgreSQL: as if the machine were gone."""
        kill(self.state['pids'][f'patroni{node}'], signal.SIGKILL)
        self.kill_postgres(node)

    def restart_node(self, node):
        """Patroni again, after kill_node."""
        self.reap()
        self.start_patroni(node)

    def stop(self):
        pids = self.state['pids']
        for name in sorted(pids, reverse=True):  # Patroni first, it stops its PostgreSQL
            if name.startswith('patroni'):
                kill(pids[name], signal.SIGTERM)
        self.wait_for_end([pids[name] for name in pids if name.startswith('patroni')], 20)
        for node in range(NODES):
            self.kill_postgres(node)  # only where its Patroni was gone
        for name in pids:
            if name.startswith('etcd'):
                kill(pids[name], signal.SIGTERM)
        self.wait_for_end(pids.values(), 5)
        for pid in pids.values():
            if is_alive(pid):
                kill(pid, signal.SIGKILL)
        self.reap()
        self.state['pids'] = {}
        self.save()

    def wait_for_end(self, pids, seconds):
        deadline = time.monotonic() + seconds
        pids = list(pids)
        while any(is_alive(pid) for pid in pids) and time.monotonic() < deadline:
            self.reap()
            time.sleep(0.1)


def status(cluster):
    for name, pid in sorted(cluster.state['pids'].items()):
        print(f'{name:10} {"runs" if is_alive(pid) else "gone"}')
    for name, (role, state, lag) in sorted(cluster.members().items()):
        print(f'{name:10} {role}, {state}, lag {lag}')
    print('whole' if cluster.is_whole() else 'not whole')


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('command', choices=['start', 'status', 'kill-primary', 'stop'])
    parser.add_argument('--dir', required=True)
    parser.add_argument('--port', type=int, default=17400)
    given = parser.parse_args()
    cluster = Cluster(given.dir, given.port)
    try:
        if given.command == 'start':
            cluster.start()
            print(cluster.address())
        elif given.command == 'status':
            status(cluster)
        elif given.command == 'kill-primary':
            primary = cluster.primary()
            if primary is None:
                raise Problem('no node leads')
            cluster.kill_postgres(primary)
            print(f'killed PostgreSQL on pg{primary}')
        else:
            cluster.stop()
    except Problem as problem:
        sys.exit(f'cluster: {problem}')


if __name__ == '__main__':
    main()
