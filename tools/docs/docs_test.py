#!/usr/bin/env python3
"""Runs each command that README and docs show in an ```sh block, in an empty folder.

usage: docs_test.py CHECKOUT FOLDER_OF_HONGQIAO
The lines of a block run one after the other in one shell that stops at the first failure, so a
command shown to users that no longer works is a failed test.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

if len(sys.argv) != 3:
    sys.exit(__doc__)
root = pathlib.Path(sys.argv[1])
pages = sorted([*root.glob('*.md'), *root.glob('docs/**/*.md')])
environment = {**os.environ, 'PATH': sys.argv[2] + os.pathsep + os.environ['PATH'],
               'LC_ALL': 'C.UTF-8'}
passed = failed = 0
for page in pages:
    for block in re.findall(r'^```sh\n(.*?)^```', page.read_text(encoding='utf-8'), re.S | re.M):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(['bash', '-euo', 'pipefail', '-c', block], cwd=folder,
                                  env=environment, capture_output=True, text=True, timeout=300)
        if done.returncode == 0:
            passed += 1
        else:
            failed += 1
            print(f'{page.relative_to(root)}: exit {done.returncode}\n{block}{done.stderr}')
print(f'{passed} passed, {failed} failed')
sys.exit(failed > 0 or passed == 0)
