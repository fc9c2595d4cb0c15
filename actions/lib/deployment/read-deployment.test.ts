import { describe, expect, test } from 'vitest';
import { exampleText, exampleWith } from '../../../test/fixtures/example-deployment.ts';
import type { Diagnostic } from './diagnostic.ts';
import { readDeployment } from './read-deployment.ts';

const read = (text: string) => readDeployment({ file: 'deployments/x/opensarlab.yaml', text, name: '_x' });

/** Code and place of each finding, with the text that the place points at. */
function pointed(text: string, diagnostics: readonly Diagnostic[] = read(text).diagnostics): string[] {
  const lines = text.split('\n');
  return diagnostics.map(({ code, line, column }) => {
    const word = /^[^\s:,}\]]*/.exec((lines[line - 1] ?? '').slice(column - 1))?.[0];
    return `${code} ${word}`;
  });
}

describe('a valid file', () => {
  test('the example is valid, with its images and hooks', () => {
    const reading = readDeployment({
      file: 'deployments/_example/opensarlab.yaml',
      text: exampleText,
      name: '_example',
      images: ['helloworld', 'sar'],
      hooks: ['helloworld.sh', 'sar.sh'],
    });
    expect(reading.diagnostics).toEqual([]);
    expect(reading.deployment).toMatchObject({
      name: 'example',
      aws: { account_id: '123456789012', deploy_role: 'opensarlab-deploy', cluster_admin_arns: [] },
      parameters: { container_namespace: 'example-container' },
      network: { second_az_suffix: 'b' },
      sources: { cluster: { ref: 'v2.0' } },
    });
    expect(reading.deployment?.nodes[0]).toMatchObject({ instance: ['t3a.xlarge', 't3.xlarge'], is_hub: true });
  });

  test('YAML 1.2 words stay text, and a deployment per reading is its own value', () => {
    const text = exampleWith(['admin_user_name: jdoe', 'admin_user_name: no']);
    expect(read(text).deployment?.parameters.admin_user_name).toBe('no');
    expect(pointed(text)).toEqual(['OSL025 no']);
    expect(read(text).deployment).not.toBe(read(text).deployment);
  });

  test('upstream’s spellings mean what they meant there', () => {
    const text = exampleWith(
      ['https://example.opensarlab.example.org', 'Load Balancer'],
      ['hook_script: sar.sh', 'hook_script: None'],
    );
    expect(read(text).deployment?.parameters.deployment_url).toBe('load balancer');
    expect(read(text).deployment?.profiles[1]).not.toHaveProperty('hook_script');
  });
});

describe('findings of the schema', () => {
  test('all are found in one run and point at the key, the value or the parent', () => {
    const text = exampleWith(
      ['account_id: "123456789012"', 'account_id: 123456789012'],
      ['  az_suffix: a ', '  # az_suffix: a '],
      ['    node_name: sar1', '    node_nam: sar1'],
      ['sign_up: closed', 'sign_up: shut'],
      ['max_number: 20', 'max_number: 0'],
      ['retain:', '__proto__: {a: 1}\nretain:'],
    );
    expect(pointed(text)).toEqual([
      'OSL012 123456789012',
      'OSL010 parameters',
      'OSL014 0',
      'OSL011 node_nam',
      'OSL015 shut',
      'OSL011 __proto__',
    ]);
  });

  test.each([
    ['a number where text belongs', ['"123456789012"', '123456789012'], 'Put it in quotes: "123456789012".'],
    ['a number with a zero in front', ['"123456789012"', '012345678901'], 'Put it in quotes: "012345678901".'],
    ['a typing mistake', ['cost_tag_key:', 'cost_tag_kye:'], 'Did you mean cost_tag_key?'],
    ['a field of upstream', ['parameters:', 'parameters:\n  vpc_id: x'], 'the deployment has its own network'],
    ['a missing field', ['  az_suffix: a ', '  # az_suffix: a '], 'Letter of the availability zone'],
    ['a field in another section', ['parameters:', 'parameters:\n  budget_: 1'], 'The fields here are code_commit'],
    ['a field of another section', ['aws:', 'aws:\n  az_suffix: a'], 'Move it to the section parameters.'],
    ['a near form', ['cost_tag_value: example', 'cost_tag_value: Example_Lab'], 'Did you mean "example-lab"?'],
    ['another unit', ['500Gi', '500 GB'], 'Did you mean "500G"?'],
    ['another protocol', ['# ical_url: https', 'ical_url: webcal'], 'Did you mean "https://calendar'],
    ['a near choice', ['sign_up: closed', 'sign_up: close'], 'Did you mean closed?'],
    ['a word for true', ['is_hub: true', 'is_hub: yes'], 'Write true.'],
    ['nothing where something is needed', ['region: us-west-2 ', 'region: '], 'Write a value, such as us-west-2.'],
    ['nothing where nothing is needed', ['sign_up: closed', 'sign_up:'], 'or remove the line.'],
  ] as const)('%s has a hint that says what to do', (_, replacement, hint) => {
    const { deployment, diagnostics } = read(exampleWith([replacement[0], replacement[1]]));
    expect(deployment).toBeUndefined();
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics.map((diagnostic) => diagnostic.hint).join('\n')).toContain(hint);
  });

  test('messages are sentences', () => {
    const text = exampleWith(
      ['retain:', 'sources: {container: {url: "ftp://example.org", ref: v2.0}}\nretain:'],
      ['max_number: 20', 'max_number: 2000'],
    );
    expect(read(text).diagnostics.map(({ message }) => message)).toEqual([
      'nodes[2].max_number must be at most 1000, not 2000.',
      'sources.container.url is "ftp://example.org", but must be an https, ssh or file address of a Git repository, or user@host:path, without password and query; https without a user, http only on this machine.',
    ]);
  });
});

describe('findings of YAML', () => {
  test('duplicate keys do not hide other mistakes', () => {
    const text = exampleWith(['protected: false', 'owner: a\nowner: b\nprotected: perhaps']);
    expect(pointed(text)).toEqual(['OSL003 owner', 'OSL012 perhaps']);
    expect(read(text).diagnostics[0]?.message).toBe(
      `The key owner is there already, in line ${text.split('\n').indexOf('owner: a') + 1}.`,
    );
  });

  test('a mistake in one section does not hide those in others, nor does it lead to more', () => {
    const text = exampleWith(
      ['  region: us-west-2', '  region us-west-2'],
      ['az_suffix: a', 'az_suffix: AB'],
      ['    image_name: sar\n', '   image_name: sar\n'],
      ['sign_up: closed', 'sign_up: shut'],
    );
    expect(pointed(text)).toEqual(['OSL002 region', 'OSL013 AB', 'OSL002 image_name', 'OSL015 shut']);
  });

  test.each([
    ['empty', '', 'OSL009'],
    ['only comments', '# nothing\n', 'OSL009'],
    ['not closed', 'aws: {a: [1', 'OSL002'],
    ['two documents', 'a: 1\n---\nb: 1\n', 'OSL004'],
    ['too deep', `a: ${'['.repeat(100_000)}`, 'OSL006'],
    ['too large', `a: ${'x'.repeat(1024 * 1024)}`, 'OSL001'],
    ['UTF-16', 'a\0:\0 \0b\0', 'OSL008'],
    ['a list', '- 1', 'OSL012'],
    ['a text', 'hello', 'OSL012'],
  ])('%s: refused with a diagnostic', (_, text, code) => {
    const { deployment, diagnostics } = read(text);
    expect(deployment).toBeUndefined();
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain(code);
  });

  test('aliases within the limit are read, and findings about them point at their use', () => {
    const text = exampleWith(
      ['memory_limit: 3G', 'memory_limit: &m 3G'],
      ['memory_limit: 30G', 'memory_limit: 30G\n    cpu_guarantee: *m'],
      ['    cpu_guarantee: 1\n', ''],
    );
    expect(pointed(text)).toEqual(['OSL012 *m']);
  });
});

describe('changes against the base', () => {
  const change = (base: string, ...replacements: readonly (readonly [string, string])[]) => {
    const text = exampleWith(...replacements, ['image_tag: latest', 'image_tag: b1f4e84']).replace(
      ': latest',
      ': b1f4e84',
    );
    const { deployment, diagnostics } = readDeployment({ file: 'f', text, name: 'example', base });
    return { deployment, found: pointed(text, diagnostics) };
  };

  test('what cannot change is refused at its line, with everything else', () => {
    const { deployment, found } = change(
      exampleText,
      ['region: us-west-2', 'region: us-east-1'],
      ['storage_capacity: 500Gi', 'storage_capacity: 400Gi'],
      ['sign_up: closed', 'sign_up: shut'],
    );
    expect(deployment).toBeUndefined();
    expect(found).toEqual(['OSL302 us-east-1', 'OSL305 400Gi', 'OSL015 shut']);
  });

  test('another name is one finding', () => {
    expect(change(exampleText, ['cost_tag_value: example', 'cost_tag_value: other']).found).toEqual(['OSL301 other']);
  });

  test('another account is one finding, but an ARN that was wrong before is another', () => {
    const account = ['account_id: "123456789012"', 'account_id: "210987654321"'] as const;
    expect(change(exampleText, account).found).toEqual(['OSL303 "210987654321"']);
    const ses = ['arn:aws:ses:us-west-2:123456789012', 'arn:aws:ses:us-west-2:333333333333'] as const;
    expect(change(exampleText, account, ses).found).toEqual(['OSL303 "210987654321"', 'OSL111 arn']);
  });

  test('the same, a broken base and a larger volume are fine', () => {
    expect(change(exampleText).found).toEqual([]);
    expect(change('a: [', ['storage_capacity: 500Gi', 'storage_capacity: 100Gi']).found).toEqual([]);
    expect(change(exampleText, ['storage_capacity: 1Gi', 'storage_capacity: 2Gi']).deployment).toBeDefined();
  });
});
