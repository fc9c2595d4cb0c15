import { describe, expect, it } from 'vitest';
import { Failure } from '../failure.ts';
import type { Build, LogGroups } from '../ports/aws-ports.ts';
import type { Reporter } from '../ports/reporter.ts';
import { explainFailedBuild } from './build-failure.ts';

const build: Build = {
  id: 'sar-images:1',
  status: 'FAILED',
  startedAt: new Date(0),
  environment: {},
  failedPhase: { name: 'BUILD', message: 'COMMAND_EXECUTION_ERROR: exit status 1' },
  log: { group: '/aws/codebuild/sar-images', stream: '1' },
};

async function explain(
  lastLines: LogGroups['lastLines'],
  failed = build,
): Promise<{ sentence: string; todo: string; said: string[] }> {
  const said: string[] = [];
  const note = (message: string): void => void said.push(message);
  const reporter: Reporter = { info: note, warning: note, diagnostic() {}, summary() {}, secret() {} };
  const logGroups = { find: async () => undefined, delete: async () => undefined, lastLines };
  return { ...(await explainFailedBuild(failed, { ports: { logGroups }, reporter })), said };
}

describe('explainFailedBuild', () => {
  it('names the phase and the last thing a command said, and shows the end of the log', async () => {
    const { sentence, said } = await explain(async () => [
      'Solving…',
      'E: no such package',
      '',
      '[Container] Phase: BUILD',
    ]);
    expect(sentence).toBe('BUILD: COMMAND_EXECUTION_ERROR: exit status 1; it last said: E: no such package');
    expect(said).toEqual([
      'The last 3 lines of the log of build sar-images:1:',
      '│ Solving…',
      '│ E: no such package',
      '│ [Container] Phase: BUILD',
    ]);
  });

  it('names the line that matters, what it means and what to do, wherever it stands', async () => {
    const { sentence, todo, said } = await explain(
      async () => [
        '\u001b[31mE: Unable to locate package snapuh\u001b[0m',
        ...Array.from({ length: 40 }, (_, index) => `line ${index}`),
        'ERROR: failed to solve: process "/bin/bash -c apt-get install" did not complete successfully: exit code: 100',
      ],
      { ...build, logUrl: 'https://console.example.org/log' },
    );
    expect(sentence).toBe(
      'BUILD: the package source of the image has no such package; the log says: E: Unable to locate package snapuh',
    );
    expect(todo).toMatch(/^Run `apt-get update`.*The build's log: https:\/\/console\.example\.org\/log$/);
    expect(said).toHaveLength(31);
  });

  it('shows no control characters and no endless lines', async () => {
    const { sentence, said } = await explain(async () => [`\u001b[31m${'x'.repeat(10_000)}\r`]);
    expect(sentence).toHaveLength(`BUILD: COMMAND_EXECUTION_ERROR: exit status 1; it last said: `.length + 301);
    expect(said[1]).toMatch(/^│ {2}\[31mx{495}…$/);
  });

  it('says that the log cannot be read, and still what failed', async () => {
    const denied = new Failure({ code: 'AccessDenied', source: 'aws', message: 'AWS refused.', hint: 'Allow it.' });
    const { sentence, said } = await explain(() => Promise.reject(denied));
    expect(sentence).toBe('BUILD: COMMAND_EXECUTION_ERROR: exit status 1');
    expect(said).toEqual(['The log of the failed build cannot be shown: AWS refused.']);
  });

  const { log, failedPhase, ...bare } = build;
  it.each<[string, Build, string]>([
    [
      'a build that has no log',
      { ...bare, ...(failedPhase && { failedPhase }) },
      'BUILD: COMMAND_EXECUTION_ERROR: exit status 1',
    ],
    ['a build that took too long', { ...build, status: 'TIMED_OUT' }, 'the build ran out of its time'],
    ['a build that was stopped', { ...build, status: 'STOPPED' }, 'somebody stopped the build'],
    ['a build without a reason', { ...bare, ...(log && { log }), status: 'FAULT' }, 'CodeBuild had trouble of its own'],
  ])('explains %s', async (_, failed, sentence) => {
    expect(await explain(async () => [], failed)).toMatchObject({ sentence, said: [] });
  });
});
