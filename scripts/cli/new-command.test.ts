import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Failure } from '../../actions/lib/failure.ts';
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
    expect(err).toContain('deployments/sar/opensarlab.yaml exists already.');
    expect(await written()).toBe('# mine\n');
  });

  it('asks nobody when nobody is there, and says what is missing by the options', async () => {
    const { code, err } = await checkout.run(['new', 'sar', '--region', 'eu-central-1', '--owner', 'ada lovelace']);
    expect(code).toBe(2);
    expect(err).toContain('error: --owner: ');
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
      '', // certificate
      'http://sar.example.edu', // no https
      'https://sar.example.edu',
      '', // zone
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

  it('refuses what the options say before it asks anything', async () => {
    const { ask, asked } = person();
    const { code, err } = await checkout.run(['new', 'sar', '--region', 'us-west-9', '--sign-up', 'always'], { ask });
    expect(code).toBe(2);
    expect(asked).toEqual([]);
    expect(err).toContain('error: --sign-up: Sign-up cannot be "always".');
  });

  it('holds the name against the limits of the region as soon as it knows the region', async () => {
    const { ask, asked } = person(
      '210987654321',
      'ap-southeast-2',
      'us-west-2',
      '',
      'ada',
      'ada@example.edu',
      '',
      'https://x.example.edu',
    );
    const { code, err } = await checkout.run(['new', 'a-name-of-22-character'], { ask });
    expect(code).toBe(0);
    expect(err).toContain('In ap-southeast-2 a name has at most 17 characters.');
    expect(asked.filter((question) => question.startsWith('AWS region'))).toHaveLength(2);
  });

  it('asks about the certificate before the address that may need one', async () => {
    const { ask } = person(
      '210987654321',
      '',
      '',
      'ada',
      'ada@example.edu',
      '',
      'load balancer',
      'https://x.example.edu',
    );
    const { code, err } = await checkout.run(['new', 'sar'], { ask });
    expect(code).toBe(0);
    expect(err).toContain('  Without certificate_arn the load balancer speaks plain HTTP, and nobody could sign in.');
    const arn = 'arn:aws-us-gov:acm:us-gov-west-1:210987654321:certificate/0a1b2c3d';
    const other = person('210987654321', 'us-gov-west-1', '', 'ada', 'ada@example.edu', 'load balancer');
    const second = await checkout.run(['new', 'gov', '--certificate-arn', arn], { ask: other.ask });
    expect(second.code, second.err).toBe(0);
    expect(await written('gov')).toContain('  deployment_url: load balancer');
  });

  it('leaves nothing behind when the person stops in the middle', async () => {
    const stopped = new Failure({ code: 'Interrupted', source: 'user', message: 'Stopped; nothing was written.' });
    const ask = async (question: string): Promise<string> => {
      if (question.startsWith('Zone')) throw stopped;
      return question.startsWith('AWS account') ? '210987654321' : '';
    };
    const { code, err } = await checkout.run(['new', 'sar'], { ask });
    expect(code).toBe(1);
    expect(err).toContain('error: Stopped; nothing was written.');
    await expect(written()).rejects.toThrow('ENOENT');
    expect(await readdir(join(checkout.folder, 'deployments'))).toEqual(['_example']);
  });

  it('ends with the next steps', async () => {
    const { out } = await checkout.run(['new', 'sar', ...flags]);
    expect(out).toMatch(
      /^Wrote deployments\/sar\/opensarlab\.yaml\. Next steps:\n {2}1\. .*npx opensarlab validate sar\n/,
    );
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
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

  it('says of a name that is only planned why it is refused, beside its length', async () => {
    const { code, out, err } = await checkout.run(['names', 'lab-cluster', '--region', 'us-west-2', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toContainEqual(expect.objectContaining({ name: 'lab-cluster-container' }));
    expect(err).toContain('error: The name must not end in -cluster:');
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
