import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Diagnostic } from '../../actions/lib/deployment/diagnostic.ts';
import { exampleWith } from '../../test/fixtures/example-deployment.ts';
import { root } from '../setup/install.mjs';
import { createCheckout, type TemporaryCheckout } from './test/temporary-checkout.ts';

const good = exampleWith(['cost_tag_value: example', 'cost_tag_value: good']);
const wrongNode = exampleWith(
  ['cost_tag_value: example', 'cost_tag_value: bad'],
  ['https://example.opensarlab', 'https://bad.opensarlab'],
  ['node_name: sar1', 'node_name: sar9'],
);
const badFile = 'deployments/bad/opensarlab.yaml';

let checkout: TemporaryCheckout;
beforeAll(async () => {
  checkout = await createCheckout();
  await checkout.write('deployments/good/opensarlab.yaml', good);
  await checkout.write(badFile, wrongNode);
});
afterAll(() => checkout.close());

describe('opensarlab validate', () => {
  it('shows the finding with its line and ends with 1', async () => {
    const { code, out } = await checkout.run(['validate']);
    expect(code).toBe(1);
    const line = wrongNode.split('\n').findIndex((text) => text.includes('sar9')) + 1;
    expect(out).toContain(`${badFile}:${line}:16: error OSL126: `);
    expect(out).toContain(` ${line} |     node_name: sar9\n`);
    expect(out).toMatch(/3 declarations: 1 error, \d+ warnings?\.$/);
  });

  it('looks at the named deployments only and ends with 0 when they are valid', async () => {
    const { code, out } = await checkout.run(['validate', 'good', '_example']);
    expect(code).toBe(0);
    expect(out).toContain('2 declarations: 0 errors');
    expect(out).not.toContain('sar9');
  });

  it('is coloured in a terminal only', async () => {
    expect((await checkout.run(['validate'], { coloured: true })).out).toContain('\u001b[');
    expect((await checkout.run(['validate'])).out).not.toContain('\u001b[');
  });

  it('prints JSON for programs', async () => {
    const { code, out } = await checkout.run(['validate', '--format', 'json']);
    expect(code).toBe(1);
    const { valid, diagnostics } = JSON.parse(out);
    expect(valid).toBe(false);
    expect(diagnostics).toContainEqual(
      expect.objectContaining({
        code: 'OSL126',
        severity: 'error',
        path: '/profiles/1/node_name',
        file: badFile,
        column: 16,
      }),
    );
  });

  it('prints annotations, and all findings into the job summary', async () => {
    const summary = join(checkout.folder, 'summary.md');
    vi.stubEnv('GITHUB_STEP_SUMMARY', summary);
    const { code, out } = await checkout.run(['validate', '--format', 'github']);
    vi.unstubAllEnvs();
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`^::error title=OSL126,file=${badFile},line=\\d+,col=16::`, 'm'));
    expect(readFileSync(summary, 'utf8')).toContain('<sub>OSL126</sub>');
  });

  it('prints SARIF with the rule that was broken', async () => {
    const { out } = await checkout.run(['validate', '--format', 'sarif']);
    const [run] = JSON.parse(out).runs;
    expect(run.results.map(({ ruleId }: { ruleId: string }) => ruleId)).toContain('OSL126');
    expect(run.tool.driver.rules.find(({ id }: { id: string }) => id === 'OSL126').help.text).not.toBe('');
  });

  it('says what must not change since a commit', async () => {
    const git = (...argv: string[]) => {
      const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'init.defaultBranch=main'];
      const { status, stderr } = spawnSync('git', ['-C', checkout.folder, ...identity, ...argv], { encoding: 'utf8' });
      expect(status, stderr).toBe(0);
    };
    git('init', '--quiet');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'Start');
    await checkout.write('deployments/good/opensarlab.yaml', good.replace('az_suffix: a ', 'az_suffix: c '));
    expect((await checkout.run(['validate', 'good'])).code).toBe(0);
    const { code, out } = await checkout.run(['validate', 'good', '--base', 'HEAD', '--format', 'json']);
    expect(code).toBe(1);
    expect(JSON.parse(out).diagnostics).toContainEqual(
      expect.objectContaining({ code: 'OSL304', path: '/parameters/az_suffix', severity: 'error' }),
    );
    const fresh = good.replaceAll('good', 'fresh').replace('# expires: "2027-06-30"', 'expires: "2020-01-01"');
    await checkout.write('deployments/fresh/opensarlab.yaml', fresh);
    git('add', '--intent-to-add', 'deployments/fresh');
    const expiry = async (...base: string[]) => {
      const run = await checkout.run(['validate', 'fresh', ...base, '--format', 'json']);
      const found: Diagnostic[] = JSON.parse(run.out).diagnostics;
      return found.filter(({ path }) => path === '/expires').map(({ code }) => code);
    };
    expect(await expiry()).toEqual(['OSL150']);
    expect(await expiry('--base', 'HEAD')).toEqual(['OSL140']);
    await rm(join(checkout.folder, 'deployments/fresh'), { recursive: true });
    const unknown = await checkout.run(['validate', '--base', 'no-such-commit']);
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('error: ');
    await rm(join(checkout.folder, '.git'), { recursive: true });
    const without = await checkout.run(['validate', '--base', 'HEAD']);
    expect(without.code).toBe(2);
    expect(without.err).toContain('Nothing can be compared with "HEAD"');
    await checkout.write('deployments/good/opensarlab.yaml', good);
  });

  it.each(['good', 'deployments/good', './deployments/good/', 'deployments/good/opensarlab.yaml'])(
    'takes a deployment by name, folder or file: %s',
    async (argument) => {
      const { code, out } = await checkout.run(['validate', argument]);
      expect(code, out).toBe(0);
      expect(out).toContain('1 declaration: ');
    },
  );

  it.each([
    [['validate', '--format', 'xml'], 'There is no format "xml".'],
    [['validate', 'deployments/nobody/'], 'There is no folder "deployments/nobody".'],
    [['validate', 'deployments/good/notes.md'], 'There is no folder'],
    [['validate', 'nobody'], 'There is no folder "deployments/nobody".'],
    [['validate', '--base', 'no-such-commit'], 'Nothing can be compared with "no-such-commit"'],
    [['validate', '--live-long'], 'There is no option --live-long.'],
    [['validate', '--root', '/nowhere'], 'There is no folder deployments in "/nowhere".'],
  ])('ends with 2 when called as %j', async (argv, message) => {
    const { code, out, err } = await checkout.run(argv);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(out).toBe('');
  });
});

describe('the process', () => {
  /** Prints the URL of every module that is loaded, as Node loads it. */
  const hook = `data:text/javascript,${encodeURIComponent(
    "import { registerHooks } from 'node:module'; registerHooks({ load(url, context, next) { process.stderr.write('loaded ' + url + '\\n'); return next(url, context); } });",
  )}`;

  const foreign = /@aws-sdk|@smithy|@actions|@octokit|\/lib\/(aws|github)\/|\/sandbox\//;

  /** What `opensarlab validate …` loads in a process of its own. */
  function validateInProcess(...options: string[]): { status: number | null; stdout: string; loaded: string[] } {
    const program = join(root, 'scripts/opensarlab.ts');
    const argv = ['--import', hook, program, 'validate', '--root', checkout.folder, ...options];
    const env = { PATH: process.env.PATH, HOME: checkout.folder, AWS_EC2_METADATA_DISABLED: 'true' };
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', env });
    return { status, stdout, loaded: [...stderr.matchAll(/^loaded (.+)$/gm)].map(([, url = '']) => url) };
  }

  it.each(['text', 'json', 'github', 'sarif'])(
    'loads no library of AWS or GitHub and nothing of the sandbox for %s',
    (format) => {
      const { status, stdout, loaded } = validateInProcess('--format', format);
      expect(status).toBe(1);
      expect(stdout).not.toBe('');
      expect(loaded.some((url) => url.endsWith('/scripts/cli/validate-command.ts'))).toBe(true);
      expect(loaded.filter((url) => foreign.test(url))).toEqual([]);
    },
  );

  it('loads those of AWS for --live, and still none of GitHub or the sandbox', () => {
    const { loaded } = validateInProcess('--live');
    expect(loaded.some((url) => url.includes('@aws-sdk/client-sts'))).toBe(true);
    expect(loaded.filter((url) => /@actions|@octokit|\/lib\/github\/|\/sandbox\//.test(url))).toEqual([]);
  });

  it('prints no colours into a pipe, unless FORCE_COLOR asks for them', () => {
    const colours = (variables: Record<string, string>): boolean => {
      const argv = [join(root, 'scripts/opensarlab.ts'), 'validate', '--root', checkout.folder];
      const env = { PATH: process.env.PATH, ...variables };
      return spawnSync(process.execPath, argv, { encoding: 'utf8', env }).stdout.includes('\u001b[');
    };
    expect([colours({}), colours({ FORCE_COLOR: '1' }), colours({ FORCE_COLOR: '0' })]).toEqual([false, true, false]);
  });
});
