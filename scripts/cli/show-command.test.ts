import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GitHubSandbox, type RepositoryHandle, startGitHub } from '@opensarlab/sandbox';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Seal } from '../../actions/lib/plan/seal.ts';
import { sealDigest, sealText } from '../../actions/lib/plan/seal-text.ts';
import { sampleRow, sampleSeal } from '../../actions/lib/plan/test/sample-rows.ts';
import { parsePlanKey, planKey } from '../../actions/lib/records/record-keys.ts';
import { sampleTeardownSeal } from '../../actions/lib/teardown/test/sample-teardown-seal.ts';
import { openRecordsAccount, type RecordsAccount } from '../../test/records-account.ts';
import { type ExampleCheckout, exampleCheckout } from './test/example-checkout.ts';

let account: RecordsAccount;
let github: GitHubSandbox;
let repository: RepositoryHandle;
let folder: string;
beforeAll(async () => {
  account = await openRecordsAccount();
  const { accessKeyId, secretAccessKey } = account.sandbox.administrator;
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
  vi.stubEnv('AWS_REGION', account.region);
  for (const name of ['GITHUB_TOKEN', 'GH_TOKEN']) vi.stubEnv(name, '');
  folder = await mkdtemp(join(tmpdir(), 'show-command-'));
  github = await startGitHub({ folder });
});
afterAll(async () => {
  await github.close();
  await account.close();
  await rm(folder, { recursive: true, force: true });
});

const place = { deployment: 'sar', accountId: '123456789012', region: 'us-west-2' };

/** Writes a seal as the role `plan` does. @returns its digest */
async function store(seal: Seal, text = sealText(seal)): Promise<string> {
  const { pullRequest, head, run, attempt } = seal.origin;
  const digest = sealDigest(sealText(seal));
  const of = pullRequest === undefined ? { tip: head } : { pullRequest, head };
  await account
    .records('opensarlab-plan')
    .writeOnce(planKey({ deployment: seal.deployment, ...of }, { run, attempt }, digest), text);
  return digest;
}

const deploySeal = (run: string, rows = [sampleRow()]): Seal => {
  const seal = sampleSeal({ rows });
  return { ...seal, ...place, origin: { ...seal.origin, run }, plan: { ...seal.plan, ...place } };
};

async function show(checkout: ExampleCheckout, ...argv: string[]) {
  return await checkout.run('show', ...argv);
}

describe('opensarlab show', () => {
  it('prints every row of a plan, by the beginning of its digest', async () => {
    const digest = await store(deploySeal('501'));
    const { code, out, err } = await show(await exampleCheckout(), digest.slice(0, 12));
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain(digest);
    expect(out).toContain('AWS::EKS::Cluster');
    expect(out).toContain('pull request 3');
    expect(out).toContain('**unknown**: GitHub was not asked');
  });

  it('names people where the plan that is shown on GitHub has pseudonyms', async () => {
    const home = { id: 'vol-1', sizeGib: 20, claim: 'claim-jane', lastUse: { kind: 'unknown' as const } };
    const none = { stacks: [], databases: [], otherVolumes: [], snapshots: [], pools: [], images: [] };
    const data = { ...none, homes: [home], repositories: [], logs: [], buckets: [], foreign: [] };
    const digest = await store({ ...sampleTeardownSeal({ ...place, data }, { run: '502' }), ...place });
    const { out } = await show(await exampleCheckout(), digest, '--deployment', 'sar');
    expect(out).toContain('jane');
    expect(out).toContain('teardown');
  });

  it('lets no terminal and no workflow runner find a command in what it prints', async () => {
    const item = '\u001b[2J\u202e\u0007##[error]x|<img src=x>';
    const digest = await store(deploySeal('503', [sampleRow({ item, after: '"\u001b]0;x\u0007"' })]));
    const checkout = await exampleCheckout();
    for (const argv of [[digest], [digest, '--json']]) {
      const { code, out } = await show(checkout, ...argv);
      expect(code).toBe(0);
      expect(out).not.toMatch(/[^\P{Cc}\n]|\u202e|##\[/u);
    }
    const { out } = await show(checkout, digest, '--json');
    expect(JSON.parse(out)).toMatchObject({ digest, seal: { rows: [{ item }] }, standing: { kind: 'unknown' } });
  });

  it('says in a sentence what is wrong and how it goes on', async () => {
    const checkout = await exampleCheckout();
    const found = await show(checkout, 'f'.repeat(64));
    expect(found).toMatchObject({ code: 1, out: '' });
    expect(found.err).toContain(`There is no sealed plan ${'f'.repeat(64)}`);
    expect(found.err).toContain('“sealed as …”');
    expect((await show(checkout, 'abc')).err).toContain('at least the first 6');
    expect((await show(checkout, 'xyzxyzxyz')).code).toBe(2);
    const altered = deploySeal('504');
    const digest = await store(altered, `${sealText(altered)} `);
    const { code, err } = await show(checkout, digest);
    expect(code).toBe(1);
    expect(err).toMatch(/The object plans\/sar\/3\/a{40}\/504-1-\w+ is not the plan that its name says/);
  });

  it('asks for more digits where several begin alike', async () => {
    // Digests that begin alike by chance are rare, so the names are what begins alike here.
    const records = account.records('opensarlab-plan');
    for (const end of ['0', '1']) {
      const key = planKey(
        { deployment: 'sar', pullRequest: 3, head: 'a'.repeat(40) },
        { run: '505', attempt: 1 },
        `${'e'.repeat(63)}${end}`,
      );
      expect(parsePlanKey(key)?.digest).toBe(`${'e'.repeat(63)}${end}`);
      await records.writeOnce(key, '{}');
    }
    const { code, err } = await show(await exampleCheckout(), 'eeeeeeee');
    expect(code).toBe(1);
    expect(err).toContain('2 sealed plans begin with eeeeeeee');
    expect(err).toContain('Give more digits');
  });

  it('tells whether it is approved, with a token of GitHub', async () => {
    repository = await seeded();
    vi.stubEnv('GITHUB_API_URL', github.apiUrl);
    vi.stubEnv('GITHUB_TOKEN', github.createUser({ login: 'ada', id: 1815, permission: 'write' }));
    const names = ['--owner', 'radar-lab', '--repository', 'deployments'];
    const checkout = await exampleCheckout();
    const foreign = await store(deploySeal('506'));
    expect((await show(checkout, foreign, ...names)).out).toContain(
      '**not approved**: it was made for another repository',
    );
    const seal = deploySeal('507');
    const { pullRequest: _, ...origin } = seal.origin;
    const tip = await store({ ...seal, origin: { ...origin, repositoryId: repository.id } });
    expect((await show(checkout, tip, ...names)).out).toContain('**for a run by hand**');
    const missing = await store(withRepository(deploySeal('508')));
    expect((await show(checkout, missing, ...names)).out).toContain('**unknown**: it could not be looked up');
  });
});

function withRepository(seal: Seal): Seal {
  return { ...seal, origin: { ...seal.origin, repositoryId: repository.id } };
}

async function seeded(): Promise<RepositoryHandle> {
  const seed = join((await exampleCheckout()).folder, 'seed');
  await mkdir(seed);
  await writeFile(join(seed, 'README.md'), 'x\n');
  const author = { name: 'Ada', email: 'ada@example.org' };
  return await github.createRepository({
    owner: 'radar-lab',
    ownerId: 4711,
    name: 'deployments',
    seed: { folder: seed, message: 'First', author },
  });
}
