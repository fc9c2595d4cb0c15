import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type StepActivity, StepFailure } from '../step/activity.ts';
import { runProcess } from '../step/process.ts';
import type { BuiltInAction, BuiltInCall } from './built-in-action.ts';

/** `actions/setup-node`: puts the sandbox's Node in front of PATH when it is the version asked for. */
export const SETUP_NODE: BuiltInAction = {
  inputs: {
    'node-version': '',
    'node-version-file': '',
    'check-latest': 'false',
    cache: '',
    'cache-dependency-path': '',
    'package-manager-cache': 'true',
    token: '',
  },
  run: setupNode,
};

async function setupNode(call: BuiltInCall): Promise<void> {
  const { activity } = call;
  const { nodeProgram } = activity.session.run.options;
  const version = await nodeVersion(activity, nodeProgram);
  const wanted = await wantedVersion(call);
  if (wanted !== '' && !satisfies(version, wanted)) {
    throw new StepFailure(`Unable to find Node version '${wanted}': the sandbox has Node ${version} only.`);
  }
  if (call.input('cache') !== '') activity.recorder.write('The sandbox keeps no package manager cache.');
  activity.session.path.unshift(dirname(nodeProgram));
  activity.outputs.set('node-version', `v${version}`);
  activity.outputs.set('cache-hit', 'false');
  activity.recorder.write(`Found in cache: Node ${version}`);
}

async function nodeVersion(activity: StepActivity, program: string): Promise<string> {
  if (program === process.execPath) return process.versions.node;
  const lines: string[] = [];
  const { folders } = activity.session;
  const environment = { PATH: process.env['PATH'] ?? '', HOME: folders.home };
  const onLine = (line: string): void => void lines.push(line);
  const request = { program, args: ['--version'], folder: folders.temp, environment, onLine, signal: activity.signal };
  await runProcess(request);
  return (lines[0] ?? '').replace(/^v/, '');
}

async function wantedVersion(call: BuiltInCall): Promise<string> {
  const version = call.input('node-version');
  const file = call.input('node-version-file');
  if (version !== '' || file === '') return version;
  const path = join(call.activity.session.folders.workspace, file);
  const text = await readFile(path, 'utf8').catch(() => {
    throw new StepFailure(`The specified node version file at: ${path} does not exist`);
  });
  if (!file.endsWith('.json')) return text.trim().replace(/^v/, '');
  return /"node"\s*:\s*"([^"]+)"/.exec(text)?.[1] ?? '';
}

/**
 * Is the version in the range? The ranges people write for Node: `24`, `24.x`, `24.1`, `24.1.0`, `^24.1.0`, `>=24`,
 * `lts/*`, `latest`.
 * @throws StepFailure for another form
 */
export function satisfies(version: string, wanted: string): boolean {
  const range = wanted.trim();
  if (['*', 'latest', 'current', 'node', 'lts/*'].includes(range)) return true;
  const form = /^(>=|\^|v|=)?\s*(\d+)(?:\.(\d+|x|\*))?(?:\.(\d+|x|\*))?$/.exec(range);
  if (!form) throw new StepFailure(`The sandbox cannot read the Node version '${wanted}'.`);
  const [, operator = '', ...parts] = form;
  const limits = parts.map((part) => (part === undefined || part === 'x' || part === '*' ? undefined : Number(part)));
  const actual = version.split('.').map(Number);
  if (operator === '>=' || operator === '^') {
    return isAtLeast(actual, limits) && (operator === '>=' || actual[0] === limits[0]);
  }
  return limits.every((limit, index) => limit === undefined || limit === actual[index]);
}

function isAtLeast(actual: readonly number[], limits: readonly (number | undefined)[]): boolean {
  for (const [index, limit] of limits.entries()) {
    const difference = (actual[index] ?? 0) - (limit ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
