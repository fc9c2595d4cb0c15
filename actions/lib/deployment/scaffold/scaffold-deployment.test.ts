import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { exampleText } from '../../../../test/fixtures/example-deployment.ts';
import { longestName } from '../names.ts';
import { readDeployments } from '../read-deployments.ts';
import { type Answers, type QuestionKey, questions } from './questions.ts';
import { type ScaffoldResult, type ScaffoldSurroundings, scaffoldDeployment } from './scaffold-deployment.ts';

const required: Answers = {
  account_id: '210987654321',
  admin_user_name: 'ada',
  admin_email_address: 'ada@example.edu',
  deployment_url: 'https://sar.example.edu',
};

function surroundingsFor(name: string, change: Partial<ScaffoldSurroundings> = {}): ScaffoldSurroundings {
  const images = ['helloworld', 'sar'];
  const hooks = ['helloworld.sh', 'sar.sh'];
  const folder = { name, file: `deployments/${name}/opensarlab.yaml`, images, hooks };
  return { example: exampleText, folders: [], folder, now: new Date('2026-11-23T10:00:00Z'), ...change };
}

function scaffold(answers: Answers, name = 'sar', change: Partial<ScaffoldSurroundings> = {}): ScaffoldResult {
  return scaffoldDeployment(name, answers, surroundingsFor(name, change));
}

function textOf(answers: Answers, name = 'sar'): string {
  const result = scaffold({ ...required, ...answers }, name);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.text;
}

/** What each question may be answered with; undefined: not at all. */
const values: Record<QuestionKey, readonly (string | undefined)[]> = {
  account_id: ['210987654321', '012345678901'],
  region: [undefined, 'us-west-2', 'eu-central-1', 'ap-southeast-2', 'us-gov-west-1'],
  az_suffix: [undefined, 'b', 'c'],
  admin_user_name: ['ada', 'no', '123'],
  admin_email_address: ['ada@example.edu', 'a.b+c@example.edu'],
  deployment_url: ['https://sar.example.edu', 'https://sar.example.edu:8443', 'load balancer'],
  certificate_arn: ['arn:PARTITION:acm:REGION:ACCOUNT:certificate/0a1b2c3d', undefined],
  admin_email_address_sns_arn: [undefined, 'arn:PARTITION:ses:REGION:ACCOUNT:identity/example.edu'],
  cost_tag_key: [undefined, 'lab'],
  profiles: [undefined, 'Hello World', 'SAR 1', 'SAR 1, Hello World'],
  spot: [undefined, 'no', 'yes'],
  sign_up: [undefined, 'closed', 'approval', 'open'],
  allowed_email_domains: [undefined, 'example.edu', 'example.edu, example.org'],
  allowed_emails: [undefined, 'ada@example.edu', 'ada@example.edu, a.b+c@example.org'],
  nodes: [undefined, 'private', 'public'],
  hosted_zone_id: [undefined, 'Z0123456789ABCDEFGHIJ'],
  ical_url: [undefined, 'https://calendar.example.org/x.ics?a=1&b=2#c'],
  protected: [undefined, 'yes', 'no'],
  expires: [undefined, '2026-11-23', '2030-06-30'],
  owner: [undefined, '@example/sar-team', 'ada@example.edu'],
  budget: [undefined, '800', '99.5'],
};

function answersOf(chosen: Readonly<Record<QuestionKey, string | undefined>>): Answers {
  const entries = Object.entries(chosen).flatMap(([key, value]): [string, string][] => {
    if (value === undefined) return [];
    const { region = 'us-west-2', account_id: account = '' } = chosen;
    const partition = region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
    const filled = value.replace('PARTITION', partition).replace('REGION', region).replace('ACCOUNT', account);
    return [[key, filled]];
  });
  return Object.fromEntries(entries);
}

/** Warnings about what was asked for, not about how the file was made. */
function expectedWarnings({ deployment_url: url, hosted_zone_id: zone }: Answers): string[] {
  if (url !== 'load balancer') return [];
  return ['OSL115', ...(zone === undefined ? [] : ['OSL149'])];
}

/** Valid, without a warning that the answers do not explain, and as tidy as somebody would write it. */
function expectClean(answers: Answers): void {
  const name = 'n'.repeat(longestName(answers.region ?? 'us-west-2'));
  const result = scaffold(answers, name);
  if (answers.deployment_url === 'load balancer' && answers.certificate_arn === undefined) {
    expect(result).toMatchObject({ ok: false, problems: [{ question: { key: 'deployment_url' } }] });
    return;
  }
  if (!result.ok) throw new Error(`${JSON.stringify(answers)}: ${JSON.stringify(result.problems)}`);
  const codes = new Set(result.warnings.map(({ code }) => code));
  codes.delete('OSL139');
  expect([...codes].sort(), JSON.stringify(answers)).toEqual(expectedWarnings(answers));
  expect(result.text.startsWith(editorLine)).toBe(true);
  expect(result.text).not.toMatch(/\n\n\n|[ \t]\n|\t|\n\n$|[^\n]$|: \[\]\n/);
  expect(commentGaps(result.text)).toEqual([]);
}

const editorLine = '# yaml-language-server: $schema=../../schemas/opensarlab.schema.json\n---\n';

/** Lines whose comment stands closer than two spaces behind the value. */
function commentGaps(text: string): string[] {
  return text.split('\n').filter((line) => /^[^#]*[^#\s] ?#/.test(line.replaceAll(/"[^"]*"|\S+:\/\/\S+/g, 'x')));
}

describe('a new declaration', () => {
  it('is clean for every combination of what decides its shape', () => {
    const shape = ['region', 'certificate_arn', 'profiles', 'spot', 'nodes', 'sign_up', 'protected'] as const;
    const combinations = shape.reduce<Record<string, string | undefined>[]>(
      (all, key) => all.flatMap((chosen) => values[key].map((value) => ({ ...chosen, [key]: value }))),
      [{}],
    );
    const rest = Object.fromEntries(questions.map(({ key }) => [key, values[key][0]]));
    const sampled = combinations.filter((_, index) => index % 3 === 0);
    expect(sampled.length).toBeGreaterThan(1000);
    for (const chosen of sampled) expectClean(answersOf({ ...rest, ...chosen } as Record<QuestionKey, string>));
  });

  it('is clean for combinations of all options', () => {
    const chosen = fc.record(
      Object.fromEntries(questions.map(({ key }) => [key, fc.constantFrom(...values[key])])),
    ) as fc.Arbitrary<Record<QuestionKey, string | undefined>>;
    fc.assert(
      fc.property(chosen, (combination) => expectClean(answersOf(combination))),
      { numRuns: 300 },
    );
  });

  it('has the answers in their fields', () => {
    const value = parse(
      textOf({
        region: 'eu-central-1',
        az_suffix: 'c',
        admin_user_name: 'no',
        ical_url: 'https://calendar.example.org/x.ics?a=1&b=2',
        allowed_email_domains: 'example.edu, example.org',
        protected: 'yes',
        budget: '800',
        expires: '2030-06-30',
        spot: 'yes',
        profiles: 'SAR 1',
      }),
    );
    expect(value).toMatchObject({
      aws: { account_id: '210987654321', region: 'eu-central-1' },
      parameters: {
        cost_tag_value: 'sar',
        admin_user_name: 'no',
        az_suffix: 'c',
        deployment_url: 'https://sar.example.edu',
      },
      nodes: [{ name: 'hub' }, { name: 'sar1', is_spot: true }],
      profiles: [{ name: 'SAR 1' }],
      groups: [{ name: 'SAR_1', all_users: true }],
      users: { allowed_email_domains: ['example.edu', 'example.org'] },
      protected: true,
      expires: '2030-06-30',
      budget: 800,
    });
    expect(value.parameters.ical_url).toBe('https://calendar.example.org/x.ics?a=1&b=2');
    expect(value.parameters).not.toHaveProperty('certificate_arn');
  });

  it('reads the same in YAML 1.1', () => {
    const text = textOf({ admin_user_name: 'no', owner: '12e3@example.org', cost_tag_key: 'on' });
    expect(parse(text, { version: '1.1' })).toEqual(parse(text));
  });

  it('keeps the comments of the example, aligned, and starts with the line for editors', () => {
    const text = textOf({ profiles: 'Hello World' });
    expect(text).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/\.\.\/schemas\/opensarlab\.schema\.json\n---\n# The OpenSARlab deployment sar\./,
    );
    expect(text).toContain('  region: us-west-2                  # cannot be changed later\n');
    expect(text).toContain('  # Small machines, several users on one.\n');
    expect(text).not.toContain('Large machines for SAR processing');
    expect(text).not.toContain('copy this folder');
    expect(text).not.toMatch(/\n\n\n/);
  });

  it('has nothing of the example’s account, addresses and people outside of comments', () => {
    const text = textOf({}).replace(/#.*$/gm, '');
    for (const foreign of ['123456789012', 'jdoe', 'example.org']) expect(text).not.toContain(foreign);
  });
});

describe('refused', () => {
  it.each<[string, string, Answers, RegExp]>([
    ['a name with a path in it', '../../x', {}, /cannot be the name/],
    ['a name in upper case', 'SAR', {}, /cannot be the name/],
    ['an answer of two lines', 'sar', { owner: 'a\nb' }, /invisible characters/],
    ['an answer without end', 'sar', { owner: 'a'.repeat(3000) }, /too long/],
    ['an unknown choice', 'sar', { sign_up: 'always' }, /Sign-up cannot be "always"/],
    ['an unknown profile', 'sar', { profiles: 'SAR 1, SAR 9' }, /Profiles cannot be "SAR 9"/],
    ['no profile', 'sar', { profiles: ' , ' }, /Profiles cannot be/],
    [
      'a day of expiry that is past',
      'sar',
      { expires: '2026-11-22' },
      /expires is 2026-11-22, but today is 2026-11-23/,
    ],
    ['an account that is none', 'sar', { account_id: '12' }, /account_id/],
    [
      'a certificate of another region',
      'sar',
      { certificate_arn: 'arn:aws:acm:eu-west-1:210987654321:certificate/1' },
      /region/,
    ],
    ['a name that is too long for its region', 'a-name-that-fits-nowhere', { region: 'ap-southeast-2' }, /too long/],
  ])('%s', (_, name, answers, message) => {
    const result = scaffold({ ...required, ...answers }, name);
    expect(result.ok ? [] : result.problems.map((problem) => problem.message)).toEqual(
      expect.arrayContaining([expect.stringMatching(message)]),
    );
  });

  it('what exists already', () => {
    const existing = { ...surroundingsFor('sar').folder, text: textOf({}) };
    const result = scaffold(required, 'sar', { folders: [existing] });
    expect(result).toMatchObject({
      ok: false,
      problems: [{ message: 'deployments/sar/opensarlab.yaml exists already.' }],
    });
  });

  it('nothing when the folder has customizations but no file yet', () => {
    const { folder } = surroundingsFor('sar');
    expect(scaffold(required, 'sar', { folders: [folder] })).toMatchObject({ ok: true });
  });

  it('an address that another deployment has', () => {
    const other = { ...surroundingsFor('other').folder, text: textOf({}, 'other') };
    expect(readDeployments([other]).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const result = scaffold(required, 'sar', { folders: [other] });
    expect(result).toMatchObject({ ok: false, problems: [{ question: { key: 'deployment_url' } }] });
  });

  it('every missing answer at once, each with its question', () => {
    const result = scaffold({});
    expect(result.ok ? [] : result.problems.map(({ question }) => question?.key)).toEqual([
      'account_id',
      'admin_user_name',
      'admin_email_address',
      'deployment_url',
    ]);
  });

  it('nothing that anybody may answer breaks the file: it is valid and says what was answered, or there is none', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(
        'a: b',
        '- x',
        '*alias',
        '&anchor x',
        '!!js x',
        "it's # x",
        '"',
        '{a: 1}',
        '| x',
        '%TAG',
        '__proto__',
        '---',
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...questions), hostile, (question, answer) => {
        const result = scaffold({ ...required, [question.key]: answer });
        if (!result.ok) return;
        const field = question.path
          .slice(1)
          .split('/')
          .reduce<unknown>((value, part) => Reflect.get(Object(value), part), parse(result.text));
        if (question.kind === 'text') expect(field).toBe(answer);
      }),
      { numRuns: 500 },
    );
  });
});
