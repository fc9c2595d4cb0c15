import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sealDigest, sealText } from '../../actions/lib/plan/seal-text.ts';
import { sampleRow, sampleSeal } from '../../actions/lib/plan/test/sample-rows.ts';
import { planKey } from '../../actions/lib/records/record-keys.ts';
import { type FoundApproval, findApproval } from '../../actions/lib/verbs/find-approval.ts';
import { supersededAt } from '../../actions/lib/verbs/select.ts';
import { declarationOf, setTeardownScene, type TeardownScene } from '../teardown/teardown-scene.ts';

// What people have approved for a deployment, from pull requests that were merged on GitHub and plans that lie in the records.

const sar = 'deployments/sar/opensarlab.yaml';
const other = 'deployments/other/opensarlab.yaml';
const accountId = '111122223333';

let scene: TeardownScene;
beforeEach(async () => {
  scene = await setTeardownScene({ [sar]: declarationOf('sar'), [other]: declarationOf('other') });
});
afterEach(() => scene.close());

const changed = (of: string, to: string): Record<string, string> => ({
  [`deployments/${of}/opensarlab.yaml`]: declarationOf(of, [['max_number: 5', `max_number: ${to}`]]),
});

/** Seals a plan of the pull request's head, with one row of this item. @param written what is put under its key */
async function seal(number: number, item: string, written?: (text: string) => string): Promise<void> {
  const head = await scene.head(number);
  const origin = { repositoryId: scene.repositoryId, pullRequest: number, head, base: await scene.main() };
  const rows = [sampleRow({ item })];
  const text = sealText(sampleSeal({ origin: { ...origin, run: '9', attempt: 1 }, rows }));
  const key = planKey({ deployment: 'sar', pullRequest: number, head }, { run: '9', attempt: 1 }, sealDigest(text));
  await scene.records.writeOnce(key, written?.(text) ?? text);
}

async function approved(): Promise<FoundApproval> {
  const folder = await scene.checkout();
  const commit = await scene.main();
  const question = { deployment: 'sar', accountId, repositoryId: scene.repositoryId, commit, folder };
  return await findApproval({ ...question, defaultBranch: 'main' }, { github: scene.job, records: scene.records });
}

const items = ({ approval }: FoundApproval): string[] => approval.rows.map(({ item }) => item);

describe('what is approved for a deployment', () => {
  it('is in the plans of merged pull requests, and in none of an open one', async () => {
    const merged = await scene.open('larger', changed('sar', '9'));
    await seal(merged, 'Merged');
    const open = await scene.open('smaller', changed('sar', '2'));
    await seal(open, 'Open');
    await scene.merge(merged);
    const found = await approved();
    expect(items(found)).toEqual(['Merged']);
    expect(found.sealed.map(({ pullRequest }) => pullRequest)).toEqual([merged]);
  });

  it('is not in a plan that was sealed after the merge', async () => {
    const number = await scene.open('larger', changed('sar', '9'));
    await scene.merge(number);
    await seal(number, 'Late');
    expect(items(await approved())).toEqual([]);
  });

  it('is not in a plan of a commit that is not the merged one', async () => {
    const number = await scene.open('larger', changed('sar', '9'));
    await seal(number, 'Earlier');
    await scene.push('larger', changed('sar', '8'));
    await scene.merge(number);
    expect(items(await approved())).toEqual([]);
  });

  it('is not in a pull request that was merged into another branch', async () => {
    await scene.push('release', { 'README.md': 'A branch\n' }, 'origin/main');
    const number = await scene.open('larger', changed('sar', '9'), 'origin/release');
    await scene.ada.rest.pulls.update({ ...scene.at, pull_number: number, base: 'release' });
    await seal(number, 'Elsewhere');
    await scene.merge(number);
    // What it changes reaches the default branch all the same, without a pull request of its own.
    await scene.push('main', { 'README.md': 'Merged\n' }, 'origin/release');
    expect(items(await approved())).toEqual([]);
  });

  it('is refused where what lies under a plan’s key is not that plan', async () => {
    const number = await scene.open('larger', changed('sar', '9'));
    await seal(number, 'Real', (text) => text.replace('Real', 'Fake'));
    await scene.merge(number);
    await expect(approved()).rejects.toMatchObject({ code: 'SealMalformed' });
  });
});

describe('work that a later commit does', () => {
  const supersededBy = async (commit: string): Promise<string[]> => {
    const place = { folder: await scene.checkout(), commit, defaultBranch: 'main' };
    return (await supersededAt(scene.job, place, ['sar', 'other'])).names;
  };

  it('is superseded where the tip decides that deployment otherwise, and by no unrelated commit', async () => {
    const start = await scene.main();
    expect(await supersededBy(start)).toEqual([]);
    await scene.push('main', { 'README.md': 'Another text\n' });
    expect(await supersededBy(start)).toEqual([]);
    await scene.push('main', changed('other', '9'));
    expect(await supersededBy(start)).toEqual(['other']);
    await scene.push('main', { 'deployments/sar': null });
    expect(await supersededBy(start)).toEqual(['sar', 'other']);
  });
});
