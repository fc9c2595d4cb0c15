import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openProposal } from '../adapters/workspace/proposal-files.ts';
import type { Diagnostic } from '../deployment/diagnostic.ts';
import { removalDiagnostics } from '../deployment/removed-deployments.ts';
import { Failure } from '../failure.ts';
import { validate } from './validate.ts';

const example = new URL('../../../deployments/_example/opensarlab.yaml', import.meta.url);
const committed = readFileSync(new URL('../../../cluster/versions.yaml', import.meta.url), 'utf8');
const versions = committed
  .replaceAll(/\n +end_of_support: .*/g, '')
  .replace('version: "1.36"', 'version: "1.36"\n  end_of_support: "2027-08-02"');

/**
 * Validates two deployments on a day.
 * @param text of the versions; empty: there is no such file
 * @param names of those to validate; both without any
 */
async function validateOn(day: string, text = versions, names: string[] = [], removals: Diagnostic[] = []) {
  const declaration = readFileSync(example, 'utf8');
  const found: Diagnostic[] = [];
  const info: string[] = [];
  const named = (name: string) => ({
    name,
    file: `deployments/${name}/opensarlab.yaml`,
    text: declaration
      .replace('cost_tag_value: example', `cost_tag_value: ${name}`)
      .replace('https://example.', `https://${name}.`),
  });
  const validating: Parameters<typeof validate>[0] = {
    workspace: {
      deploymentFolders: async () => [named('one'), named('two')],
      async versions() {
        if (text !== '') return text;
        throw new Failure({ code: 'FileMissing', source: 'user', message: 'cluster/versions.yaml is not there.' });
      },
      files: await openProposal(fileURLToPath(new URL('.', import.meta.url))),
    },
    reporter: {
      info: (message) => info.push(message),
      warning: (message) => info.push(message),
      diagnostic: (diagnostic) => found.push(diagnostic),
      summary: () => undefined,
      secret: () => undefined,
    },
    clock: { now: () => new Date(day), sleep: async () => undefined },
  };
  const outcome = await validate(validating, { names, removals });
  return {
    outcome,
    info,
    versions: found.filter(({ file }) => file === 'cluster/versions.yaml'),
    removals: found.filter(({ code }) => code === 'OSL307'),
  };
}

describe('validate', () => {
  it('warns once, however many deployments there are, before the support of a version ends', async () => {
    const { outcome, versions: found } = await validateOn('2027-06-01');
    expect(outcome).toBe('succeeded');
    expect(found.map(({ code, line }) => [code, line])).toEqual([
      ['OSL401', versions.split('\n').findIndex((line) => line.includes('end_of_support: ')) + 1],
    ]);
  });

  it('fails after the support has ended', async () => {
    const { outcome, info } = await validateOn('2027-09-01');
    expect(outcome).toBe('failed');
    expect(info.at(-1)).toMatch(/^2 declarations: 1 error, /);
  });

  it('tells who names a deployment only of a version whose support has ended', async () => {
    expect((await validateOn('2027-06-01', versions, ['one'])).versions).toEqual([]);
    expect((await validateOn('2027-09-01', versions, ['one'])).versions).toMatchObject([{ severity: 'error' }]);
  });

  it('fails over a deployment that a proposal removes, whichever ones are looked at', async () => {
    const change = { removed: [{ name: 'gone', how: 'is removed' }], wholeRemoval: 'gone' };
    const fails = await validateOn('2026-11-22', versions, ['one'], removalDiagnostics(change, []));
    expect(fails).toMatchObject({
      outcome: 'failed',
      removals: [{ line: 1, file: 'deployments/gone/opensarlab.yaml' }],
    });
    const passes = await validateOn('2026-11-22', versions, ['one'], removalDiagnostics(change, ['destroy']));
    expect(passes).toMatchObject({ outcome: 'succeeded', removals: [] });
  });

  it('has nothing to say about versions while they are supported, or where there are none', async () => {
    expect(await validateOn('2026-11-22')).toMatchObject({ outcome: 'succeeded', versions: [] });
    expect((await validateOn('2028-01-01', '')).versions).toEqual([]);
  });
});
