import { AwsError, type FaultOrder } from '@opensarlab/sandbox';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeployRecord } from '../actions/lib/deploy/deploy-record.ts';
import { type Act, openWeatherLab, type WeatherLab } from './weather-lab.ts';

const acts = ['create', 'update', 'recover'] as const satisfies readonly Act[];

/** Each operation that only reads is cut off after its first, second or third request, by chance; what changes something always. */
const seed = Number(process.env['SEED'] ?? 1);
const readsPerAct = 3;

let lab: WeatherLab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

/** What a run without any trouble asks, and what it leaves. */
type Calm = { asked: readonly string[]; end: Awaited<ReturnType<WeatherLab['endState']>> };

const calm = new Map<Act, Promise<Calm>>();

function calmRun(act: Act): Promise<Calm> {
  const known = calm.get(act) ?? playCalm(act);
  calm.set(act, known);
  return known;
}

async function playCalm(act: Act): Promise<Calm> {
  const played = await openWeatherLab(act);
  const { journal } = played.account.sandbox;
  const begun = journal.length;
  expect(await played.deploy()).toMatchObject({ outcome: 'succeeded' });
  const asked = journal.slice(begun).map(({ service, operation }) => `${service} ${operation}`);
  const end = await played.endState();
  await played.close();
  return { asked, end };
}

function problemsOf({ steps }: DeployRecord): string[] {
  return steps.flatMap(({ failure }) => (failure === undefined ? [] : [`${failure.code}: ${failure.message}`]));
}

async function expectCalmEnd(act: Act, played: WeatherLab): Promise<void> {
  played.account.sandbox.faults.clear();
  expect(await played.endState()).toEqual((await calmRun(act)).end);
}

async function expectNoDifference(act: Act, played: WeatherLab): Promise<void> {
  const record = await played.deploy();
  expect(problemsOf(record)).toEqual([]);
  expect(record.outcome).toBe('succeeded');
  expect(played.account.sandbox.faults.hits).toBeGreaterThan(0);
  await expectCalmEnd(act, played);
}

/** A run that was cut off is red and says how to go on, and the next one does. */
async function expectRedThenCalmEnd(act: Act, played: WeatherLab, cut: DeployRecord): Promise<void> {
  expect(played.account.sandbox.faults.hits).toBeGreaterThan(0);
  expect(cut.outcome).toBe('unknown');
  for (const { failure } of cut.steps)
    if (failure) expect(failure).toMatchObject({ hint: expect.stringMatching(/\w/) });
  played.account.sandbox.faults.clear();
  const next = await played.deploy();
  expect(problemsOf(next)).toEqual([]);
  expect(next.outcome).toBe('succeeded');
  await expectCalmEnd(act, played);
}

const wordsOfBusy: readonly FaultOrder[] = [
  busy('cloudformation', 'CreateChangeSet', 'OperationInProgressException', 'Another operation is in progress'),
  busy('cloudformation', 'ExecuteChangeSet', 'OperationInProgressException', 'Another operation is in progress'),
  busy('cloudformation', 'CreateChangeSet', 'LimitExceededException', 'ChangeSet limit exceeded'),
  busy('codebuild', 'StartBuild', 'AccountLimitExceededException', 'Cannot have more than 1 builds in queue'),
];

function busy(service: string, operation: string, code: string, message: string): FaultOrder {
  return { service, operation, times: 2, fault: { kind: 'error', error: new AwsError(code, message) } };
}

const refusals: readonly AwsError[] = [
  new AwsError('ExpiredToken', 'The security token included in the request is expired', 403),
  new AwsError(
    'RequestTimeTooSkewed',
    'The difference between the request time and the current time is too large.',
    403,
  ),
];

/** One request of a run: the n-th of its operation, counted from 0. */
type Cut = { service: string; operation: string; nth: number };

/** Once this request has done its work, no answer comes back, to it or to any later one. */
function cutOff({ account }: WeatherLab, { service, operation, nth }: Cut, error: AwsError): void {
  const { faults } = account.sandbox;
  const kill = (): void => faults.inject({ times: 100_000, fault: { kind: 'error', error } });
  faults.inject({ service, operation, after: nth, fault: { kind: 'killed', kill, when: 'after' } });
}

const reading = /^(Describe|Get|List|BatchGet|Detect)/;

/** After each request that changes something, which is also before the next one; and after some that do not. */
function cuts(asked: readonly string[]): Cut[] {
  const counts = new Map<string, number>();
  const all = asked.map((name): Cut => {
    const nth = counts.get(name) ?? 0;
    counts.set(name, nth + 1);
    const [service = '', operation = ''] = name.split(' ');
    return { service, operation, nth };
  });
  const changes = all.filter(({ operation }) => !reading.test(operation));
  const reads = all.filter(({ operation, nth }) => reading.test(operation) && nth < 3);
  const picked = reads.filter((_, index) => (index + seed) % Math.ceil(reads.length / readsPerAct) === 0);
  return [...changes, ...picked];
}

describe.each(acts)('%s, with AWS', { timeout: 120_000 }, (act) => {
  it.each(['throttled', 'unavailable', 'drop', 'lost-answer', 'stale'] as const)(
    'answering each request in vain once (%s), ends as ever',
    async (kind) => {
      const { asked } = await calmRun(act);
      lab = await openWeatherLab(act);
      for (const name of new Set(asked)) {
        const [service = '', operation = ''] = name.split(' ');
        const times = 3 * asked.filter((other) => other === name).length;
        // Every other one of an operation, so that each repetition is served.
        for (let each = 0; each < times; each += 1) {
          lab.account.sandbox.faults.inject({ service, operation, after: Math.min(each, 1), fault: { kind } });
        }
      }
      await expectNoDifference(act, lab);
    },
  );

  it('away for 30 seconds, service by service, ends as ever', async () => {
    const { asked } = await calmRun(act);
    for (const service of new Set(asked.map((name) => name.split(' ')[0] ?? ''))) {
      const played = await openWeatherLab(act);
      played.account.sandbox.faults.inject({ service, seconds: 30, fault: { kind: 'unavailable' } });
      await expectNoDifference(act, played);
      expect(played.lines.filter((line) => line.startsWith('AWS ')).length).toBeLessThanOrEqual(1);
      await played.close();
    }
  });

  it.each(wordsOfBusy)('busy with something else, ends as ever: $operation', async (order) => {
    const { asked } = await calmRun(act);
    if (!asked.includes(`${order.service} ${order.operation}`)) return;
    lab = await openWeatherLab(act);
    lab.account.sandbox.faults.inject(order);
    await expectNoDifference(act, lab);
  });

  it('lost for good after any request, is unknown, and the next run ends as ever', async () => {
    const { asked } = await calmRun(act);
    for (const [index, cut] of cuts(asked).entries()) {
      const played = await openWeatherLab(act);
      const error = refusals[index % refusals.length];
      if (error !== undefined) cutOff(played, cut, error);
      await expectRedThenCalmEnd(act, played, await played.deploy());
      await played.close();
    }
  });

  it('at work when the run is cancelled, is unknown, and the next run ends as ever', async () => {
    const { asked } = await calmRun(act);
    for (const cut of cuts(asked).filter((_, index) => index % 4 === seed % 4)) {
      const played = await openWeatherLab(act);
      const controller = new AbortController();
      const fault = { kind: 'killed', kill: () => controller.abort(), when: 'after' } as const;
      played.account.sandbox.faults.inject({ service: cut.service, operation: cut.operation, after: cut.nth, fault });
      await expectRedThenCalmEnd(act, played, await played.deploy({ signal: controller.signal }));
      await played.close();
    }
  });
});
