import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSettingsScene, type SettingsScene, tiers } from '../../test/github/settings-scene.ts';
import { exampleCheckout } from './test/example-checkout.ts';

const names = ['--owner', 'radar-lab', '--repository', 'deployments'];

let scene: SettingsScene | undefined;

beforeEach(() => vi.stubEnv('GITHUB_TOKEN', ''));
afterEach(async () => {
  await scene?.close();
  scene = undefined;
  vi.unstubAllEnvs();
});

async function open(tier: keyof typeof tiers): Promise<SettingsScene> {
  scene = await openSettingsScene(tiers[tier]);
  vi.stubEnv('GITHUB_TOKEN', scene.fixture.token);
  vi.stubEnv('GITHUB_API_URL', scene.fixture.github.apiUrl);
  return scene;
}

async function doctor(...options: string[]) {
  return await (await exampleCheckout()).run('doctor', 'github', ...names, ...options);
}

describe('opensarlab doctor github', () => {
  it.each([
    [['--format', 'xml'], '--format takes text or json.'],
    [['--plan', 'pro'], '--plan takes one of free, team, enterprise; Pro is as team.'],
    [['--reviewer', '@radar-lab/team'], '--reviewer takes a person’s login'],
    [[], 'doctor github needs an administrator’s token in GITHUB_TOKEN.'],
  ])('ends with 2 for %j', async (options, message) => {
    vi.stubEnv('GH_TOKEN', '');
    const { code, err } = await doctor(...options);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it('takes no further names and mends nothing', async () => {
    const checkout = await exampleCheckout();
    expect(await checkout.run('doctor', 'github', 'sar')).toMatchObject({ code: 2 });
    expect(await checkout.run('doctor', 'github', '--fix')).toMatchObject({ code: 2 });
  });

  it('says of a new public repository what is missing, what it means and what to do, and ends with 1', async () => {
    await open('public');
    const { code, out } = await doctor();
    expect(code).toBe(1);
    expect(out).toMatchSnapshot();
  });

  it('says on Team what the plan lacks, and ends with 0 when the rest is in place', async () => {
    const { review } = await open('team');
    await review('set');
    const { code, out } = await doctor();
    expect(code).toBe(0);
    expect(out).toMatchSnapshot();
  });

  it('ends with 1 for a private repository on Free, with the ways out', async () => {
    await open('free');
    const { code, out } = await doctor();
    expect(code).toBe(1);
    expect(out).toContain('Without environments no role in AWS trusts a job');
    expect(out).toContain('Make the repository public, upgrade its owner to Pro or Team, or move the repository');
  });

  it('gives programs the same', async () => {
    const { review } = await open('enterprise');
    await review('set');
    const { code, out } = await doctor('--format', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      repository: 'radar-lab/deployments',
      ready: true,
      mode: 'look',
      tier: { visibility: 'private', plan: 'enterprise' },
      settings: expect.arrayContaining([expect.objectContaining({ key: 'branch.gate', state: 'already' })]),
    });
  });

  it('says in one sentence that the token may not see the repository', async () => {
    const { fixture } = await open('public');
    fixture.github.injectFault({ operation: 'repos/get', status: 401, message: 'Bad credentials' });
    const { code, err } = await doctor();
    expect(code).toBe(1);
    expect(err).toContain('GitHub refused to read the repository: Bad credentials');
  });
});
