import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const tests = fileURLToPath(new URL('./test_opensarlab_hub.py', import.meta.url));
const hasPython = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))']).status === 0;

// The hub's configuration is Python; its own tests need Python 3.11, which machines without it leave to CI.
test.skipIf(!hasPython)('the hub’s configuration passes its Python tests', () => {
  const { status, stderr } = spawnSync('python3', ['-B', tests], { encoding: 'utf8' });
  expect(stderr).toMatch(/Ran \d+ tests/);
  expect(status, stderr).toBe(0);
});
