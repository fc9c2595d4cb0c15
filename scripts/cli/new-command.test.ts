import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createCheckout, type TemporaryCheckout } from './test/temporary-checkout.ts';

const flags = [
  '--account-id',
  '210987654321',
  '--admin-user',
  'ada',
  '--admin-email',
  'ada@example.edu',
  '--url',
  'https://sar.example.edu',
];

let checkout: TemporaryCheckout;
beforeEach(async () => {
  checkout = await createCheckout();
});
afterEach(() => checkout.close());

const written = (name = 'sar'): Promise<string> =>
  readFile(join(checkout.folder, 'deployments', name, 'opensarlab.yaml'), 'utf8');

/** A person who gives these answers, in this order, and keeps what was asked. */
function person(...answers: string[]): { ask: (question: string) => Promise<string>; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    ask: async (question) => {
      asked.push(question);
      return answers[asked.length - 1] ?? '';
    },
  };
}

describe('opensarlab new', () => {
  it('writes a file that validates, unattended', async () => {
    const { code, out } = await checkout.run([
      'new',
      'sar',
      ...flags,
      '--spot',
      '--email-domains',
      'example.edu,example.org',
    ]);
    expect(code).toBe(0);
    expect(out).toContain('Wrote deployments/sar/opensarlab.yaml.');
    expect(parse(await written())).toMatchObject({
      aws: { account_id: '210987654321', region: 'us-west-2' },
      users: { allowed_email_domains: ['example.edu', 'example.org'] },
    });
    expect((await checkout.run(['validate', 'sar'])).code).toBe(0);
  });

  it('prints the file instead with --dry-run', async () => {
    const { code, out } = await checkout.run(['new', 'sar', ...flags, '--dry-run']);
    expect(code).toBe(0);
    expect(out).toMatch(/^# yaml-language-server: /);
    await expect(written()).rejects.toThrow('ENOENT');
  });

  it('never overwrites', async () => {
    await checkout.write('deployments/sar/opensarlab.yaml', '# mine\n');
    const { code, err } = await checkout.run(['new', 'sar', ...flags]);
    expect(code).toBe(2);
    expect(err).toContain('deployments/sar exists already.');
    expect(await written()).toBe('# mine\n');
  });

  it('asks nobody when nobody is there, and says what is missing by the options', async () => {
    const { code, err } = await checkout.run(['new', 'sar', '--region', 'eu-central-1']);
    expect(code).toBe(2);
    for (const option of ['--account-id', '--admin-user', '--admin-email', '--url'])
      expect(err).toContain(`error: ${option}: `);
  });

  it('says what is wrong with an option', async () => {
    const { code, err } = await checkout.run(['new', 'sar', ...flags, '--sign-up', 'always']);
    expect(code).toBe(2);
    expect(err).toContain('--sign-up: Sign-up cannot be "always".');
  });

  it.each(['../sar', 'SAR', '_sar', 'a/b', ''])('refuses the name %j before it becomes a path', async (name) => {
    const { code, err } = await checkout.run(['new', ...flags, '--', name]);
    expect(code).toBe(2);
    expect(err).toContain('cannot be the name of a deployment');
  });

  it('asks the person for what is missing, once more after a wrong answer, and takes defaults', async () => {
    const { ask, asked } = person(
      '12', // no account
      '210987654321',
      '', // region
      'b',
      'ada',
      'ada@example.edu',
      'http://sar.example.edu', // no https
      'https://sar.example.edu',
      '', // certificate
      '', // SES identity
      'SAR 1',
      'approval',
    );
    const { code, err } = await checkout.run(['new', 'sar'], { ask });
    expect(err).toContain('  ');
    expect(code).toBe(0);
    expect(asked[0]).toBe('AWS account number: ');
    expect(asked[1]).toBe('AWS account number: ');
    expect(asked[2]).toBe('AWS region [us-west-2]: ');
    expect(asked.at(-2)).toBe('Profiles (Hello World, SAR 1) [all]: ');
    expect(parse(await written())).toMatchObject({
      aws: { account_id: '210987654321', region: 'us-west-2' },
      parameters: { az_suffix: 'b', deployment_url: 'https://sar.example.edu' },
      profiles: [{ name: 'SAR 1' }],
      users: { sign_up: 'approval' },
    });
  });

  it('does not ask for what was given, and gives up on somebody who never answers', async () => {
    const { ask, asked } = person();
    const { code, err } = await checkout.run(['new', 'sar', ...flags.slice(2)], { ask });
    expect(code).toBe(2);
    expect(err).toContain('An answer is needed.');
    expect(new Set(asked).has('Administrator user name: ')).toBe(false);
    expect(asked.length).toBeLessThan(30);
  });
});

describe('opensarlab names', () => {
  it('lists every name with its limit and what remains', async () => {
    await checkout.run(['new', 'sar', ...flags]);
    const { code, out } = await checkout.run(['names', 'sar', '--json']);
    expect(code).toBe(0);
    const names: { id: string; name: string; limit: number; remaining: number }[] = JSON.parse(out);
    expect(names.find(({ id }) => id === 'target-group')).toMatchObject({
      name: 'us-west-2-sar',
      limit: 32,
      remaining: 19,
    });
    expect(names.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['sar-container/sar', 'sar-container/helloworld']),
    );
    for (const { name, limit, remaining } of names) expect(remaining).toBe(limit - name.length);
    expect((await checkout.run(['names', 'sar'])).out).toMatch(/^ALB target group +us-west-2-sar +32 {2}19 left$/m);
  });

  it('knows the names of a deployment that is only planned, and says when one is too long', async () => {
    const { code, out } = await checkout.run(['names', 'a-name-of-23-characters', '--region', 'us-west-2']);
    expect(code).toBe(1);
    expect(out).toContain('1 too long');
    expect(out).toContain('In us-west-2 the name of a deployment has at most 22 characters.');
  });

  it.each([
    [['names', 'nobody'], 1, 'There is no folder deployments/nobody.'],
    [['names', 'sar', '--region', 'moon'], 2, '"moon" is no AWS region.'],
    [['names', 'S/R', '--region', 'us-west-2'], 2, 'cannot be the name of a deployment'],
  ])('%j', async (argv, expected, message) => {
    const { code, err } = await checkout.run(argv);
    expect(code).toBe(expected);
    expect(err).toContain(message);
  });
});
