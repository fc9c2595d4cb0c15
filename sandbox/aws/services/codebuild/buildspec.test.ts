import { expect, it } from 'vitest';
import { BuildspecError, parseBuildspec } from './buildspec.ts';

it('reads all that the sandbox knows', () => {
  const text = `
version: 0.2
env:
  shell: bash
  variables: { A: 1 }
  secrets-manager: { B: 'name:key' }
phases:
  install:
    runtime-versions: { nodejs: 24 }
  build:
    on-failure: ABORT
    commands: ['make', "printf '%s' a: b"]
    finally: ['echo done']
artifacts:
  base-directory: out
  files: ['**/*']
cache:
  paths: ['/root/.npm/**/*']
`;
  expect(parseBuildspec(text)).toMatchObject({
    shell: 'bash',
    variables: { A: '1' },
    secrets: { B: 'name:key' },
    phases: {
      install: { commands: [] },
      pre_build: { commands: [], onFailure: 'CONTINUE' },
      build: { commands: ['make', "printf '%s' a: b"], finally: ['echo done'], onFailure: 'ABORT' },
    },
    artifacts: { files: ['**/*'], baseDirectory: 'out', discardPaths: false },
  });
});

it.each([
  ['version: 0.1\nphases: {}', 'The buildspec version must be 0.2, not 0.1.'],
  ['version: 0.2', 'The buildspec needs phases.'],
  ['- a', 'Expected the buildspec to be a mapping.'],
  ['version: 0.2\nbatch: {}\nphases: {}', 'The sandbox does not know batch in the buildspec.'],
  ['version: 0.2\nenv: { parameter-store: {} }\nphases: {}', 'The sandbox does not know parameter-store in env.'],
  ['version: 0.2\nphases: { buid: {} }', 'The sandbox does not know buid in phases.'],
  ['version: 0.2\nphases: { build: {} }', 'phases.build needs commands.'],
  ['version: 0.2\nphases: { build: { commands: make } }', 'Expected phases.build.commands to be a list.'],
  [
    'version: 0.2\nphases: { build: { commands: [echo a: b] } }',
    'Expected phases.build.commands[0] to be of string type.',
  ],
  [
    'version: 0.2\nphases: { build: { on-failure: RETRY, commands: [] } }',
    'Expected phases.build.on-failure to be one of ABORT, CONTINUE, not RETRY.',
  ],
])('refuses %j', (text, message) => {
  expect(() => parseBuildspec(text)).toThrow(new BuildspecError(message));
});

it('passes on what is wrong with the YAML', () => {
  expect(() => parseBuildspec('version: [')).toThrow(BuildspecError);
});
