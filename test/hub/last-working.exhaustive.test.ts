import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ClusterFixture, hubValues, installHub, openHubCluster } from '@opensarlab/sandbox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const registry = '123456789012.dkr.ecr.us-west-2.amazonaws.com';
const sources = fileURLToPath(new URL('../../cluster/jupyterhub', import.meta.url));

type Ended = { code: number; stdout: string; stderr: string };

let cluster: ClusterFixture;

beforeEach(async () => {
  cluster = await openHubCluster();
  mkdirSync(join(cluster.folder, 'jupyterhub'));
  cpSync(sources, join(cluster.folder, 'jupyterhub'), { recursive: true });
});
afterEach(() => cluster.close());

const run = (program: string, args: string[], commit: string): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { ...cluster.env, CODEBUILD_RESOLVED_SOURCE_VERSION: commit };
    execFile(program, args, { cwd: cluster.folder, env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr });
    });
  });
const lastWorking = (verb: string, commit: string) =>
  run(process.execPath, ['jupyterhub/last-working.mjs', verb], commit);
const script = (path: string, text: string): void => writeFileSync(join(cluster.folder, path), text);
const phase = (name: string, commit: string) => run('bash', ['jupyterhub/phase.sh', name], commit);

/** Installs or upgrades the hub with the image of a commit. */
async function installOf(commit: string): Promise<void> {
  const tag = commit.slice(0, 7);
  cluster.pushImage('sar-container/hub', tag);
  const { hub } = hubValues() as { hub: object };
  const image = { name: `${registry}/sar-container/hub`, tag };
  expect(await installHub(cluster, hubValues({ hub: { ...hub, image } }))).toMatchObject({ status: 0 });
}

const imageOfHub = async (): Promise<string> =>
  (
    await cluster.kubectl(
      '-n',
      'jupyter',
      'get',
      'deployment',
      'hub',
      '-o',
      'jsonpath={.spec.template.spec.containers[0].image}',
    )
  ).stdout;
const history = async (): Promise<string[]> => {
  const { stdout } = await cluster.helm('history', 'jupyter', '-n', 'jupyter', '-o', 'json');
  return (JSON.parse(stdout) as { revision: string; description: string }[]).map(({ description }) => description);
};
const note = async (): Promise<unknown> => {
  const { stdout } = await cluster.kubectl(
    '-n',
    'jupyter',
    'get',
    'configmap',
    'opensarlab-last-working',
    '-o',
    'json',
  );
  return (JSON.parse(stdout) as { data: unknown }).data;
};

const [good, bad] = ['aaaaaaa1', 'bbbbbbb2'];

describe('a hub that does not work', () => {
  test('is put back to the last that did, with its image, and once', async () => {
    await installOf(good);
    expect((await lastWorking('remember', good)).stdout).toBe('Revision 1 of the hub is the last that worked.\n');
    await installOf(bad);
    expect(await imageOfHub()).toBe(`${registry}/sar-container/hub:bbbbbbb`);
    const { code, stdout, stderr } = await lastWorking('restore', bad);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe('The last hub that worked runs again: revision 1, of commit aaaaaaa.\n');
    expect(await imageOfHub()).toBe(`${registry}/sar-container/hub:aaaaaaa`);
    expect(await history()).toEqual(['Install complete', 'Upgrade complete', 'Rollback to 1']);
    expect(await note()).toEqual({ revision: '3', commit: good, refused: bad });
    // Again, and for the test that fails once more without an upgrade in between.
    expect((await lastWorking('restore', bad)).stdout).toContain('nothing is put back');
    expect(await history()).toHaveLength(3);
    expect((await lastWorking('was-refused', bad)).code).toBe(0);
    expect((await lastWorking('was-refused', good)).code).toBe(1);
    // Installed again, it is to be tested like any other.
    await installOf(bad);
    expect((await lastWorking('was-refused', bad)).code).toBe(1);
    await lastWorking('remember', bad);
    expect(await note()).toEqual({ revision: '4', commit: bad });
  });

  test('stays when it is the first, or none has passed a test', async () => {
    await installOf(good);
    await installOf(bad);
    const { code, stdout } = await lastWorking('restore', bad);
    expect(code).toBe(0);
    expect(stdout).toBe('No revision of the hub has passed a smoke test yet, so none is put back.\n');
    expect(await history()).toHaveLength(2);
  });

  test('is put back when an earlier attempt was stopped before Helm began', async () => {
    await installOf(good);
    await lastWorking('remember', good);
    const data = { revision: '1', commit: good, refused: bad, restoring: 'true' };
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'opensarlab-last-working', namespace: 'jupyter' },
      data,
    };
    await cluster.kubectl('apply', '-f', cluster.file('note.yaml', object));
    expect((await lastWorking('restore', bad)).stdout).toContain('runs again: revision 1');
    expect(await note()).toEqual({ revision: '2', commit: good, refused: bad });
  });
});

describe('the phase', () => {
  const programs = { passes: '', fails: `throw new Error('no')`, isStopped: 'process.exitCode = 130' };
  /** Has the smoke test end in a way of its own. */
  const smokeThat = (text: string): void => {
    const verdict = `import { writeFileSync } from 'node:fs'; writeFileSync(process.env.SMOKE_VERDICT, 'sar-1 did not start');`;
    script('jupyterhub/smoke-test.mjs', `${verdict}\n${text}\n`);
  };

  test('notes a hub that passes, and puts back one that fails, in red', async () => {
    await installOf(good);
    smokeThat(programs.passes);
    expect(await phase('smoke', good)).toMatchObject({ code: 0 });
    await installOf(bad);
    smokeThat(programs.fails);
    const { code, stderr } = await phase('smoke', bad);
    expect(code).toBe(1);
    expect(stderr.trim().split('\n').at(-1)).toBe(
      'Smoke test failed: sar-1 did not start. The last hub that worked runs again: revision 1, of commit aaaaaaa.',
    );
    expect(await imageOfHub()).toContain(':aaaaaaa');
  });

  test('does not judge a hub by a test that was stopped', async () => {
    await installOf(good);
    smokeThat(programs.passes);
    await phase('smoke', good);
    await installOf(bad);
    smokeThat(programs.isStopped);
    expect((await phase('smoke', bad)).code).toBe(130);
    expect(await imageOfHub()).toContain(':bbbbbbb');
  });

  test('installs again what was put back before it tests it', async () => {
    await installOf(good);
    smokeThat(programs.passes);
    await phase('smoke', good);
    await installOf(bad);
    await lastWorking('restore', bad);
    script('jupyterhub/install.sh', 'echo installed-again\n');
    expect((await phase('smoke', bad)).stdout).toContain('installed-again');
    expect((await phase('smoke', good)).stdout).not.toContain('installed-again');
  });

  test('puts back the last hub when an upgrade fails', async () => {
    await installOf(good);
    await lastWorking('remember', good);
    await installOf(bad);
    script('jupyterhub/install.sh', 'echo "UPGRADE FAILED" >&2; exit 1\n');
    const { code, stderr } = await phase('install', bad);
    expect(code).toBe(1);
    expect(stderr).toContain('The installation failed. The last hub that worked runs again: revision 1');
    expect(await imageOfHub()).toContain(':aaaaaaa');
  });
});
