import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { deploymentOf, exampleText, exampleWith } from '../../../test/fixtures/example-deployment.ts';
import { openWorkspace } from '../adapters/workspace/workspace.ts';
import { sampleDeployment } from '../ports/test/sample-deployment.ts';
import { pseudonymOf, showsNames } from '../report/pseudonym.ts';
import { refuseDestroyOnly } from './find-deployment.ts';
import { layersOf } from './mirror-layers.ts';
import { destroyOnlyAt } from './select.ts';

const root = new URL('../../../', import.meta.url).pathname;

it('adopt: destroy-only is never selected, whatever else a declaration says, and refused where it would be deployed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'opensarlab-adopt-'));
  try {
    const texts = { sar: '', old: '\nadopt: destroy-only\n', odd: '\n# adopt: destroy-only\n' };
    for (const [name, addition] of Object.entries(texts)) {
      mkdirSync(join(folder, 'deployments', name), { recursive: true });
      writeFileSync(join(folder, 'deployments', name, 'opensarlab.yaml'), `${exampleText}${addition}`);
    }
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', folder, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args]);
    git('init', '--quiet');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'labs');
    expect(await destroyOnlyAt(folder, 'HEAD', ['sar', 'old', 'odd', 'none'])).toEqual(new Set(['old']));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  expect(() => refuseDestroyOnly(sampleDeployment({ adopt: 'destroy-only' }))).toThrow('never deployed');
  expect(() => refuseDestroyOnly(sampleDeployment())).not.toThrow();
});

it('reviewed is no part of what is mirrored; anything else is', async () => {
  const workspace = await openWorkspace(root);
  const digestsOf = async (text: string) => {
    const layers = await layersOf({ workspace: { ...workspace, text: async () => text } }, deploymentOf(text));
    return JSON.stringify([...layers.cluster.layers, ...layers.container.layers].map(({ files }) => files));
  };
  const plain = await digestsOf(exampleText);
  expect(await digestsOf(exampleWith(['# reviewed:', 'reviewed:']))).toBe(plain);
  expect(await digestsOf(exampleWith(['max_number: 5', 'max_number: 6']))).not.toBe(plain);
});

it('privacy shows names only where strangers cannot read and the declaration wants it', () => {
  expect(showsNames(sampleDeployment({ privacy: 'names' }), true)).toBe(true);
  expect(showsNames(sampleDeployment({ privacy: 'names' }), false)).toBe(false);
  expect(showsNames(sampleDeployment(), true)).toBe(false);
  expect(pseudonymOf('sar', 'jane')).toMatch(/^user-[0-9a-f]{6}$/);
  expect(pseudonymOf('sar', 'jane')).toBe(pseudonymOf('sar', 'jane'));
  expect(pseudonymOf('sar', 'jane')).not.toBe(pseudonymOf('other', 'jane'));
});
