import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TeardownSeal } from '../../actions/lib/plan/seal.ts';
import { sealDigest, sealText } from '../../actions/lib/plan/seal-text.ts';
import { planKey } from '../../actions/lib/records/record-keys.ts';
import { sampleTeardownSeal } from '../../actions/lib/teardown/test/sample-teardown-seal.ts';
import { declarationOf, setTeardownScene, type TeardownScene } from './teardown-scene.ts';

let scene: TeardownScene;
beforeEach(async () => {
  scene = await setTeardownScene({
    'deployments/sar/opensarlab.yaml': declarationOf('sar'),
    'deployments/sar/container/hook.sh': 'echo\n',
    'deployments/other/opensarlab.yaml': declarationOf('other'),
    'deployments/guarded/opensarlab.yaml': declarationOf('guarded', [['protected: false', 'protected: true']]),
  });
});
afterEach(() => scene.close());

/** Opens, labels and seals a pull request that removes a folder. */
async function teardown(name = 'sar', more: Record<string, string | null> = {}): Promise<number> {
  const number = await scene.open(`remove-${name}`, { [`deployments/${name}`]: null, ...more });
  await scene.label(number);
  await scene.seal(name, number);
  return number;
}

const missingOf = async (commit: string, name = 'sar'): Promise<string[]> => {
  const consent = await scene.consent(name, { commits: [commit] });
  return consent.granted ? ['granted'] : consent.missing.map(({ condition }) => condition);
};

describe('destroyConsent', () => {
  it.each(['merge', 'squash', 'rebase'] as const)(
    'is given by a labelled, sealed removal that was merged by %s',
    async (method) => {
      const number = await teardown();
      const commit = await scene.merge(number, method);
      expect(await scene.consent('sar', { commits: [commit] })).toMatchObject({
        granted: true,
        pullRequest: number,
        deployment: { name: 'sar', protected: false },
        seal: { kind: 'teardown', deployment: 'sar' },
      });
      // The same by hand, to go on after an interruption.
      expect(await scene.consent('sar', { pullRequest: number })).toMatchObject({ granted: true });
    },
  );

  it('looks at everything that a rebase brought, not only at its last commit', async () => {
    const number = await scene.open('two-steps', { 'README.md': 'In passing\n' });
    await scene.push('two-steps', { 'deployments/sar': null });
    await scene.label(number);
    await scene.seal('sar', number);
    expect(await missingOf(await scene.merge(number, 'rebase'))).toEqual(['removal']);
  });

  it('is given by a rebase of several commits that together remove one folder', async () => {
    const number = await scene.open('steps', { 'deployments/sar/container': null });
    await scene.push('steps', { 'deployments/sar': null });
    await scene.label(number);
    await scene.seal('sar', number);
    expect(await missingOf(await scene.merge(number, 'rebase'))).toEqual(['granted']);
  });

  it('outlives a label that is taken off and commits that come after the merge', async () => {
    const commit = await scene.merge(await teardown());
    await scene.label(1, false);
    await scene.push('main', { 'README.md': 'More\n' });
    expect(await missingOf(commit)).toEqual(['granted']);
  });

  it.each<[string, (number: number) => Promise<unknown>, string[]]>([
    ['the label is off before the merge', (number) => scene.label(number, false), ['label']],
    [
      'somebody pushed after the plan',
      () => scene.push('remove-sar', { 'deployments/sar/extra': 'x' }),
      ['removal', 'plan', 'tip'],
    ],
    ['the branch got an empty commit after the plan', () => scene.push('remove-sar', {}), ['plan']],
  ])('is missing what it says when %s', async (_, change, missing) => {
    const number = await teardown();
    await change(number);
    expect(await missingOf(await scene.merge(number))).toEqual(missing);
  });

  it('is not given by a label that comes after the merge, nor by a plan that does', async () => {
    const number = await scene.open('remove-sar', { 'deployments/sar': null });
    const commit = await scene.merge(number);
    await scene.label(number);
    await scene.seal('sar', number);
    const consent = await scene.consent('sar', { commits: [commit] });
    expect(consent).toMatchObject({
      granted: false,
      pullRequest: number,
      missing: [{ condition: 'label' }, { condition: 'plan' }],
    });
    if (!consent.granted) expect(consent.missing[1]?.message).toContain('before its teardown plan was there');
  });

  it('is not given by a removal in passing, of two, or of a part', async () => {
    expect(await missingOf(await scene.merge(await teardown('sar', { 'README.md': 'Fix a typo\n' })))).toEqual([
      'removal',
    ]);
    const two = await scene.open('two', { 'deployments/other': null, 'deployments/guarded': null });
    await scene.label(two);
    await scene.seal('other', two);
    expect(await missingOf(await scene.merge(two), 'other')).toContain('removal');
    const files = { 'opensarlab.yaml': declarationOf('part'), 'notes.md': 'Left behind\n' };
    await scene.push(
      'main',
      Object.fromEntries(Object.entries(files).map(([name, text]) => [`deployments/part/${name}`, text])),
    );
    const part = await scene.open('part', { 'deployments/part/opensarlab.yaml': null }, 'origin/main');
    await scene.label(part);
    await scene.seal('part', part);
    expect(await missingOf(await scene.merge(part), 'part')).toContain('removal');
  });

  it('is not given by a removal beside a change that the default branch has by now', async () => {
    const number = await teardown('sar', { 'README.md': 'Fix a typo\n' });
    await scene.push('main', { 'README.md': 'Fix a typo\n' });
    expect(await missingOf(await scene.merge(number, 'squash'))).toEqual(['removal']);
  });

  it('is not given while the folder has a file that came meanwhile', async () => {
    const number = await teardown();
    await scene.push('main', { 'deployments/sar/late.txt': 'x' });
    expect(await missingOf(await scene.merge(number))).toEqual(['removal', 'tip']);
  });

  it('ends when the folder comes back, even if it goes again', async () => {
    const number = await teardown();
    const commit = await scene.merge(number);
    await scene.push('main', { 'deployments/sar/opensarlab.yaml': declarationOf('sar') });
    expect(await missingOf(commit)).toEqual(['tip']);
    const removal = await scene.push('main', { 'deployments/sar': null });
    const consent = await scene.consent('sar', { pullRequest: number });
    expect(consent).toMatchObject({
      granted: false,
      missing: [{ condition: 'tip', message: expect.stringContaining('came back') }],
    });
    expect(await missingOf(removal)).toEqual(['pull request']);
  });

  it('is not given for a protected deployment', async () => {
    expect(await missingOf(await scene.merge(await teardown('guarded')), 'guarded')).toEqual(['protection']);
  });

  it('is not given by pushes without a pull request, and tells the commit that still had the folder', async () => {
    const before = await scene.main();
    const commit = await scene.push('main', { 'deployments/sar': null });
    expect(await scene.consent('sar', { commits: [commit] })).toMatchObject({
      granted: false,
      pullRequest: undefined,
      missing: [{ condition: 'pull request' }],
      lastDeclaredAt: before,
    });
  });

  it('believes no seal that was changed', async () => {
    const number = await teardown();
    const [entry] = scene.records.objects.values();
    if (entry === undefined) throw new Error('there is no seal');
    // Sound in itself, and of this very pull request: only that it is not what its key says tells.
    const changed = entry.body.replace(/"run":"\d+"/, '"run":"7777"');
    expect(changed).not.toBe(entry.body);
    scene.records.put(entry.key, changed, entry.writtenAt);
    const commit = await scene.merge(number);
    const consent = await scene.consent('sar', { commits: [commit] });
    expect(consent).toMatchObject({
      missing: [{ condition: 'plan', message: expect.stringContaining('cannot be believed') }],
    });
  });

  it.each<[string, Partial<TeardownSeal['origin']>, Partial<Pick<TeardownSeal, 'deployment' | 'accountId'>>]>([
    ['commit', { head: 'e'.repeat(40) }, {}],
    ['pull request', { pullRequest: 99 }, {}],
    ['repository', { repositoryId: 99 }, {}],
    ['deployment', {}, { deployment: 'other' }],
    ['account', {}, { accountId: '999999999999' }],
  ])('believes no seal of another %s, whatever key it lies under', async (_, origin, of) => {
    const number = await scene.open('remove-sar', { 'deployments/sar': null });
    await scene.label(number);
    const [head, base] = [await scene.head(number), await scene.main()];
    const plan = { deployment: 'sar', accountId: '123456789012', region: 'us-west-2', ...of };
    const own = { repositoryId: scene.repositoryId, pullRequest: number, head, base, ...origin };
    const text = sealText({ ...sampleTeardownSeal(plan, own), ...plan });
    const place = { deployment: 'sar', pullRequest: number, head };
    await scene.records.writeOnce(planKey(place, { run: '100', attempt: 1 }, sealDigest(text)), text);
    expect(await missingOf(await scene.merge(number))).toEqual(['plan']);
  });

  it('holds a pull request into another branch for none', async () => {
    const { data: ref } = await scene.ada.rest.git.getRef({ ...scene.at, ref: 'heads/main' });
    await scene.ada.rest.git.createRef({ ...scene.at, ref: 'refs/heads/side', sha: ref.object.sha });
    const number = await teardown();
    await scene.ada.rest.pulls.update({ ...scene.at, pull_number: number, base: 'side' });
    const commit = await scene.merge(number);
    await scene.push('main', {}, commit);
    expect(await missingOf(commit)).toContain('pull request');
  });

  it('falls with a label that was deleted from the repository: nobody knows when', async () => {
    const number = await teardown();
    await scene.ada.rest.issues.deleteLabel({ ...scene.at, name: 'destroy' });
    expect(await missingOf(await scene.merge(number))).toEqual(['label']);
  });
});
