import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AwsError } from '@opensarlab/sandbox';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../actions/lib/failure.ts';
import { overlayDigest } from '../../actions/lib/mirror/overlay.ts';
import type { PlanRow } from '../../actions/lib/plan/plan-row.ts';
import { findDeployment } from '../../actions/lib/verbs/find-deployment.ts';
import { type MirrorOptions, mirror, overlaysOf } from '../../actions/lib/verbs/mirror.ts';
import { readArguments } from '../../scripts/cli/command-arguments.ts';
import { mirrorCommand } from '../../scripts/cli/mirror-command.ts';
import { shellSurroundings } from '../../scripts/cli/shell-surroundings.ts';
import { type CommandScene, openCommandScene } from './command-scene.ts';
import { git } from './mirror-scene.ts';

let scene: CommandScene;
beforeAll(async () => {
  scene = await openCommandScene();
});
beforeEach(() => scene.reset());
afterAll(() => scene.close());

async function surroundings() {
  const silent = { out: () => undefined, err: () => undefined };
  return await shellSurroundings(readArguments(mirrorCommand, ['sar', '--root', scene.checkout]), silent);
}

async function run(dryRun: boolean, options: MirrorOptions = {}) {
  const around = await surroundings();
  const deployment = await findDeployment(around, 'sar');
  return await mirror(around, deployment, await around.connect(deployment, 'deploy'), dryRun, options);
}

const planned = async (): Promise<PlanRow[]> => (await run(true)).flatMap(({ rows = [] }) => rows);

/** Mirrors, and returns what was asked for on the way. */
async function approved(): Promise<PlanRow[]> {
  const asked: PlanRow[] = [];
  await run(false, { approve: async (rows) => void asked.push(...rows) });
  return asked;
}

const declaration = 'deployments/sar/opensarlab.yaml';

function edit(from: string | RegExp, to: string): void {
  const path = join(scene.checkout, declaration);
  const text = readFileSync(path, 'utf8');
  const edited = text.replace(from, to);
  if (edited === text) throw new RangeError(`${from} is not in the declaration.`);
  writeFileSync(path, edited);
}

const repositories = (): string[] => scene.sandbox.aws.repositories('us-west-2').map(({ name }) => name);
const identity = (row: PlanRow): string => JSON.stringify(row, Object.keys(row).sort());

describe('what is to be approved', () => {
  it('is asked before anything is created or written, and a refusal leaves nothing', async () => {
    const refusal = new Failure({ code: 'NotApproved', source: 'user', message: 'Nobody has seen this.' });
    const approve = () => Promise.reject(refusal);
    await expect(run(false, { approve })).rejects.toBe(refusal);
    expect(repositories()).toEqual([]);

    await run(false);
    const refs = repositories().map((name) => git(scene.stored(name), 'for-each-ref'));
    scene.write('deployments/sar/cluster/new.txt', '1\n');
    await expect(run(false, { approve })).rejects.toBe(refusal);
    expect(repositories().map((name) => git(scene.stored(name), 'for-each-ref'))).toEqual(refs);
  });

  it('is what the plan showed, first time and later, and nothing when nothing changes', async () => {
    const first = await planned();
    expect(repositories()).toEqual([]);
    expect(await approved()).toEqual(first);
    expect(await planned()).toEqual([]);
    expect(await approved()).toEqual([]);
    edit('days_till_volume_deletion: 5', 'days_till_volume_deletion: 6');
    const rows = await planned();
    const about = { place: 'sar-cluster', type: 'configuration', act: 'change', after: '6' };
    expect(rows).toEqual([
      { ...about, item: 'opensarlab/opensarlab.yaml', property: '/storage/days_till_volume_deletion' },
      { ...about, item: 'opensarlab/values.yaml', property: '/custom/storage/days_till_volume_deletion' },
    ]);
    expect(await approved()).toEqual(rows);
  });

  it('a number that reaches a stack: its file of parameters, and the template by the stack’s own change set', async () => {
    await run(false);
    edit('max_number: 20', 'max_number: 25');
    const [, cluster] = await run(true);
    const [file, parameters, template] = cluster?.files?.changed ?? [];
    expect(cluster?.files).toEqual({ added: [], changed: [file, parameters, template], deleted: [] });
    expect(cluster?.derived).toEqual([template]);
    expect(template).toBe('opensarlab/stacks/sar-cluster.yaml');
    expect(cluster?.rows?.map(({ item, property, after }) => [item, property, after])).toEqual([
      [file, '/nodes/[name=sar1]/max_number', '25'],
      [parameters, '/parameters/SizesSar1', '"0 to 25"'],
    ]);
  });

  it('does not depend on comments and layout, nor on `reviewed`', async () => {
    await run(false);
    appendFileSync(join(scene.checkout, declaration), '# a comment\n');
    expect(await planned()).toEqual([]);
    const around = await surroundings();
    const deployment = await findDeployment(around, 'sar');
    const reviewed = {
      ...around.workspace,
      text: async (path: string) => `${await around.workspace.text(path)}reviewed: ${'a'.repeat(64)}\n`,
    };
    const [usual, seen] = await Promise.all(
      [around.workspace, reviewed].map(async (workspace) => (await overlaysOf({ workspace }, deployment)).cluster),
    );
    expect(seen && overlayDigest([seen])).toBe(usual && overlayDigest([usual]));
  });

  it('of two proposals merged together is what each showed', async () => {
    await run(false);
    const one = (): void => {
      edit('sign_up: closed', 'sign_up: closed\n  allowed_emails: [ada@example.org]');
      scene.write('deployments/sar/cluster/one.txt', '1\n');
    };
    const other = (): void => {
      edit('max_number: 20', 'max_number: 25');
      scene.write('deployments/sar/container/.overlay.yaml', 'delete: [README.md]\n');
      scene.write(
        'cluster/versions.yaml',
        readFileSync(join(scene.checkout, 'cluster/versions.yaml'), 'utf8').concat('# x\n'),
      );
    };
    one();
    const first = await planned();
    git(scene.checkout, 'reset', '--quiet', '--hard');
    git(scene.checkout, 'clean', '-fdq');
    other();
    const second = await planned();
    one();
    const both = await approved();
    expect(both).not.toEqual([]);
    const shown = new Set([...first, ...second].map(identity));
    expect(both.filter((row) => !shown.has(identity(row)))).toEqual([]);
    expect(both.filter(({ type }) => type === 'file').map(({ item, act }) => `${act} ${item}`)).toEqual([
      'remove README.md',
      'change one.txt',
      'change versions.yaml',
    ]);
  });

  it('is not asked when somebody’s work in CodeCommit is in the way', async () => {
    await run(false);
    scene.pushByHand('sar-cluster', { files: { 'by-hand.txt': 'x\n' } });
    let asked = false;
    const approve = async (): Promise<void> => {
      asked = true;
    };
    await expect(run(false, { approve })).rejects.toMatchObject({ code: 'CodeCommitDiverged' });
    await expect(planned()).rejects.toMatchObject({ code: 'CodeCommitDiverged' });
    expect(asked).toBe(false);
  });

  it('cannot be created: the other repository stays as it is too', async () => {
    const error = new AwsError('EncryptionKeyUnavailableException', 'The key is not available.');
    const fault = { kind: 'error', error } as const;
    scene.sandbox.aws.faults.inject({ service: 'codecommit', operation: 'CreateRepository', times: 1, fault });
    await expect(run(false)).rejects.toThrow('The key is not available.');
    for (const name of repositories()) expect(git(scene.stored(name), 'for-each-ref')).toBe('');
  });
});
