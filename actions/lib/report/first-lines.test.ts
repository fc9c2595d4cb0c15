import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marker } from '../adapters/github/comments.ts';
import type { Plan } from '../plan/plan.ts';
import type { PlanRow } from '../plan/plan-row.ts';
import type { DataVolume, TeardownData, TeardownPlan } from '../teardown/teardown-plan.ts';
import { fitParts } from './comment-parts.ts';
import { renderPlanComments } from './plan-comments.ts';
import { planParts } from './plan-report.ts';
import { teardownReport } from './teardown-report.ts';

// Whoever reads only the first 600 characters of a comment has read what is lost: each kind, how many, how much in all.
// What must be there is counted here anew, from the values that the comments are made of.

const seen = 600;

/** What people call the types that hold something they would miss. */
const data: Readonly<Record<string, readonly [one: string, many: string]>> = {
  'AWS::EC2::Volume': ['volume', 'volumes'],
  'AWS::EC2::Snapshot': ['snapshot', 'snapshots'],
  'AWS::Cognito::UserPool': ['user pool', 'user pools'],
  'AWS::Cognito::UserPoolUser': ['account', 'accounts'],
  'AWS::Cognito::UserPoolGroup': ['user group', 'user groups'],
  'AWS::ECR::Repository': ['image repository', 'image repositories'],
  'AWS::CodeCommit::Repository': ['CodeCommit repository', 'CodeCommit repositories'],
  'AWS::EFS::FileSystem': ['file system', 'file systems'],
  'AWS::SecretsManager::Secret': ['secret', 'secrets'],
  'AWS::S3::Bucket': ['bucket', 'buckets'],
  'AWS::Logs::LogGroup': ['log group', 'log groups'],
  'AWS::KMS::Key': ['key', 'keys'],
  'AWS::EKS::Cluster': ['cluster', 'clusters'],
  'AWS::EKS::Nodegroup': ['node group', 'node groups'],
  'AWS::AutoScaling::AutoScalingGroup': ['machine of the hub', 'machines of the hub'],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': ['load balancer', 'load balancers'],
};

const types = Object.keys(data);

/** Rows by which whole resources go, are made anew or are kept, among some that take nothing. */
const rowsOf = (place: string): fc.Arbitrary<PlanRow[]> =>
  fc.array(
    fc.record({
      place: fc.constantFrom(`${place}-cluster`, `${place}-cognito`),
      item: fc.integer({ min: 0, max: 300 }).map((number) => `Item${number}`),
      type: fc.constantFrom(...types, 'AWS::IAM::Role', 'AWS::EC2::Subnet', 'file'),
      property: fc.constantFrom('', '', '', 'Properties/Name'),
      act: fc.constantFrom<PlanRow['act'][]>('remove', 'replace', 'may replace', 'recover', 'add', 'change'),
      policyAction: fc.constantFrom('Delete', 'Retain', 'Snapshot', 'ReplaceAndDelete', 'ReplaceAndRetain'),
    }),
    { maxLength: 400, size: 'max' },
  );

/** What one plan does to one resource; CloudFormation lists none twice. */
const oncePerItem = (rows: readonly PlanRow[]): PlanRow[] => [
  ...new Map(rows.map((row) => [`${row.place} ${row.item}`, row])).values(),
];

const planOf = (deployment: string, rows: PlanRow[], newAccount?: Plan['newAccount']): Plan => ({
  ...{ deployment, accountId: '111122223333', region: 'ap-southeast-2', fingerprint: 'f'.repeat(64) },
  ...(newAccount && { newAccount }),
  ...{ stacks: [], preflight: [], destructive: [], lookedUp: {}, busy: [] },
  rows,
});

type Numbers = { lost: number; replaced: number };

function numbersOf(rows: readonly PlanRow[], isMeant: (type: string) => boolean): Numbers {
  const numbers = { lost: 0, replaced: 0 };
  for (const row of rows) {
    const isKept = row.policyAction?.startsWith('Retain') || row.policyAction === 'ReplaceAndRetain';
    if (!isMeant(row.type)) continue;
    if (row.act === 'recover' && !isKept) numbers.lost += 1;
    if (row.property !== '') continue;
    if (row.act === 'remove' && !isKept) numbers.lost += 1;
    if (row.act === 'replace' || row.act === 'may replace') numbers.replaced += 1;
  }
  return numbers;
}

function expectNamed(first: string, rows: readonly PlanRow[]): void {
  const [, lost = '', replaced = ''] = /\*\*(Lost: [^.]*\.)? ?(Replaced: [^.]*\.)?\*\*/.exec(first) ?? [];
  const all = numbersOf(rows, (type) => type.startsWith('AWS::'));
  const isShort = first.includes('**Lost/replaced: ');
  if (isShort) expect(first).toContain(`; ${all.lost + all.replaced} in all.**`);
  for (const [type, [one, many]] of Object.entries(data)) {
    const numbers = numbersOf(rows, (other) => other === type);
    if (numbers.lost + numbers.replaced === 0) continue;
    const words = (number: number): string => `${number} ${number === 1 ? one : many}`;
    if (isShort) expect(first).toContain(` ${many} ${numbers.lost}/${numbers.replaced}`);
    else {
      if (numbers.lost > 0) expectPart(lost, words(numbers.lost), numbers.lost === all.lost ? undefined : all.lost);
      if (numbers.replaced > 0)
        expectPart(replaced, words(numbers.replaced), numbers.replaced === all.replaced ? undefined : all.replaced);
    }
  }
}

/** @param total of all kinds; undefined when there is only this one */
function expectPart(part: string, words: string, total: number | undefined): void {
  expect(part).toMatch(new RegExp(`[:,] ${words}[,;.]`));
  if (total !== undefined) expect(part).toContain(`; ${total} in all.`);
}

describe('the first 600 characters of a plan’s comments', () => {
  const names = ['sar', 'a-lab-with-a-long-name-of-30-ch', 'x1'];
  const accounts = fc.constantFrom<Plan['newAccount'][]>(undefined, { branch: 'main' }, { branch: 'b'.repeat(200) });

  it('name each kind that is lost or replaced, with its number', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), rowsOf('sar').map(oncePerItem), accounts, (name, rows, account) => {
        const markdown = fitParts(planParts(planOf(name, rows, account))).markdown;
        expect(markdown.startsWith('**New account `111122223333`: no lab on ')).toBe(account !== undefined);
        expectNamed(`${marker(`plan of ${name}`)}\n${markdown}`.slice(0, seen), rows);
      }),
      { numRuns: 200 },
    );
  });

  it('name them when the rest does not fit and nothing can be approved', () => {
    const rows = Array.from({ length: 2_000 }, (_, index): PlanRow => {
      const type = types[index % types.length] ?? '';
      return { place: 'sar-cluster', item: `Item${index}`, type, property: '', act: index % 3 ? 'remove' : 'replace' };
    });
    const { markdown, isWhole } = fitParts(planParts(planOf('sar', rows, { branch: 'main' })));
    expect(isWhole).toBe(false);
    expect(markdown.split('\n', 1)).toEqual(['**New account `111122223333`: no lab on `main` uses it yet.**']);
    expectNamed(`${marker('plan of sar')}\n${markdown}`.slice(0, seen), rows);
  });

  it('name those of all deployments together in the overview', () => {
    const two = fc.tuple(rowsOf('sar').map(oncePerItem), rowsOf('other').map(oncePerItem));
    fc.assert(
      fc.property(two, accounts, ([one, other], account) => {
        const records = [planOf('sar', one), planOf('other', other, account)].map((value) => ({
          ...{ kind: 'plan' as const, deployment: value.deployment, outcome: 'succeeded' as const },
          ...{ run: '1', attempt: 1, startedAt: '', finishedAt: '' },
          value,
        }));
        const shown = { expected: ['sar', 'other'], records, head: 'a'.repeat(40), selected: true };
        const { overview = '' } = renderPlanComments(shown);
        expect(overview.startsWith('**New account `111122223333`: no lab on ')).toBe(account !== undefined);
        expectNamed(`${marker('plan')}\n${overview}`.slice(0, seen), [...one, ...other]);
      }),
      { numRuns: 100 },
    );
  });

  it('begin with the accounts that no lab uses yet, each once, in the overview and in its table', () => {
    const value = (index: number): Plan => ({
      ...planOf(`lab${index}`, [], { branch: 'main' }),
      accountId: String(111122223333 + (index % 5)),
    });
    const records = Array.from({ length: 10 }, (_, index) => ({
      ...{ kind: 'plan' as const, deployment: `lab${index}`, outcome: 'succeeded' as const },
      value: value(index),
    }));
    const expected = records.map(({ deployment }) => deployment);
    const { overview = '' } = renderPlanComments({ expected, records, head: 'a'.repeat(40), selected: true });
    expect(overview.split('\n', 1)).toEqual([
      '**New accounts `111122223333`, `111122223334`, `111122223335` and 2 more: no lab on `main` uses them yet.**',
    ]);
    expect(overview).toContain('| `lab9` | New account `111122223337`. Nothing changes in AWS. |');
  });
});

const volume: fc.Arbitrary<DataVolume> = fc.record({
  id: fc.integer({ min: 0, max: 99_999 }).map((number) => `vol-${String(number).padStart(17, '0')}`),
  sizeGib: fc.integer({ min: 1, max: 16_000 }),
  lastUse: fc.oneof(
    fc.constantFrom<DataVolume['lastUse'][]>({ kind: 'now' }, { kind: 'unknown' }),
    fc.constant({ kind: 'at' as const, at: '2026-10-05T10:00:00.000Z' }),
  ),
});
const some = <T>(one: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[]> =>
  fc.array(one, { maxLength, size: 'max' });
const namesOf = (prefix: string): fc.Arbitrary<string[]> =>
  some(
    fc.integer({ min: 0, max: 999 }).map((number) => `${prefix}${number}`),
    12,
  );

const teardownData: fc.Arbitrary<TeardownData> = fc.record({
  stacks: fc.constant(['sar-cluster']),
  homes: some(volume, 1_500),
  databases: some(volume, 3),
  otherVolumes: some(volume, 30),
  snapshots: some(
    fc.record({
      id: fc.constant('snap-1'),
      volumeId: fc.constant('vol-gone'),
      sizeGib: fc.integer({ min: 1, max: 900 }),
    }),
    300,
  ),
  pools: some(
    fc.record(
      { id: fc.constant('us-west-2_a'), accounts: fc.integer({ min: 0, max: 50_000 }) },
      { requiredKeys: ['id'] },
    ),
    3,
  ),
  images: namesOf('sar-container/'),
  repositories: namesOf('sar-'),
  logs: namesOf('/aws/'),
  buckets: namesOf('opensarlab-pipeline-'),
  foreign: fc.constant([]),
});

const teardown = (deployment: string, of: TeardownData, refusals: string[]): TeardownPlan => ({
  ...{ deployment, accountId: '111122223333', region: 'ap-southeast-2', basis: 'inventory', refusals },
  ...{ steps: [], goes: [], stays: [], data: of },
  options: { cognito: false, logs: false, code_commit: false, final_snapshots: false },
});

function expectLost(first: string, lost: TeardownData): void {
  const gib = (list: readonly { sizeGib: number }[]): string =>
    `${list.reduce((sum, { sizeGib }) => sum + sizeGib, 0).toLocaleString('en-US')} GiB`;
  const expectWords = (number: number, one: string, many: string, more = ''): void => {
    if (number > 0) expect(first).toContain(`${number} ${number === 1 ? one : many}${more}`);
  };
  const sized = (list: readonly DataVolume[], one: string, many: string): void =>
    expectWords(list.length, one, many, `** (${gib(list)}`);
  sized(lost.homes, 'home', 'homes');
  sized(lost.databases, 'hub database', 'hub databases');
  sized(lost.otherVolumes, 'other volume', 'other volumes');
  expectWords(lost.snapshots.length, 'snapshot', 'snapshots', ` (${gib(lost.snapshots)})`);
  expectWords(lost.pools.length, 'user pool', 'user pools');
  const isKnown = lost.pools.every(({ accounts }) => accounts !== undefined);
  const accounts = lost.pools.reduce((sum, pool) => sum + (pool.accounts ?? 0), 0);
  if (lost.pools.length > 0 && isKnown) expectWords(accounts, 'account', 'accounts');
  if (lost.pools.length > 0 && !isKnown) expect(first).toContain('an unknown number of accounts');
  expectWords(lost.images.length, 'image repository', 'image repositories');
  expectWords(lost.repositories.length, 'CodeCommit repository', 'CodeCommit repositories');
  expectWords(lost.logs.length, 'log group', 'log groups');
  expectWords(lost.buckets.length, 'bucket', 'buckets');
}

describe('the first 600 characters of a teardown’s comments', () => {
  const refusals = fc.constantFrom<string[][]>([], ['It is declared `protected: true`. '.repeat(20)]);

  it('name each kind of data that is lost, with its number and what it comes to, refused or too long or not', () => {
    fc.assert(
      fc.property(teardownData, refusals, (lost, refused) => {
        const name = 'a-lab-with-a-long-name-of-30-ch';
        const plan = teardown(name, lost, refused);
        expectLost(
          `${marker(`plan of ${name}`)}\n${teardownReport(plan, { names: false }).markdown}`.slice(0, seen),
          lost,
        );
        const record = { kind: 'teardown' as const, deployment: name, outcome: 'succeeded' as const };
        const records = [{ ...record, run: '1', attempt: 1, startedAt: '', finishedAt: '', value: plan }];
        const { overview = '' } = renderPlanComments({
          expected: [name],
          records,
          head: 'a'.repeat(40),
          selected: true,
        });
        expectLost(`${marker('plan')}\n${overview}`.slice(0, seen), lost);
      }),
      { numRuns: 60 },
    );
  });
});
