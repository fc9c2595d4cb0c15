import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
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
    const unknown = await checkout.run(['validate', '--base', 'no-such-commit']);
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain('error: ');
    await checkout.write('deployments/good/opensarlab.yaml', good);
  });

  it.each([
    [['validate', '--format', 'xml'], 'There is no format "xml".'],
    [['validate', 'nobody'], 'There is no folder "deployments/nobody".'],
    [['validate', '--live-long'], "Unknown option '--live-long'"],
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

  it('loads no library of AWS or GitHub and nothing of the sandbox, in any format', () => {
    for (const format of ['text', 'json', 'github', 'sarif']) {
      const argv = [
        '--import',
        hook,
        join(root, 'scripts/opensarlab.ts'),
        'validate',
        '--format',
        format,
        '--root',
        checkout.folder,
      ];
      const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
      const loaded = [...stderr.matchAll(/^loaded (.+)$/gm)].map(([, url = '']) => url);
      expect(status, stderr).toBe(1);
      expect(stdout).not.toBe('');
      expect(loaded.some((url) => url.endsWith('/scripts/cli/validate-command.ts'))).toBe(true);
      expect(
        loaded.filter((url) => /@aws-sdk|@smithy|@actions|@octokit|\/lib\/(aws|github|git)\/|\/sandbox\//.test(url)),
      ).toEqual([]);
    }
  });
});
