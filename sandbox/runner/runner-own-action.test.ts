import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScene, everything, type Files, openStage, type Stage, step } from './testing/scene.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const ACTION = `name: own
description: An action of this repository
inputs: {who: {description: Who, required: true}}
runs: {using: node24, main: ../dist/own.js}
`;
const COMPOSITE = `name: outer
description: Uses the other one
runs:
  using: composite
  steps: [{uses: $/actions/own, with: {who: inner}}]
`;

const files = (steps: string): Files => ({
  'actions/own/action.yml': ACTION,
  'actions/outer/action.yml': COMPOSITE,
  'actions/dist/own.js': "console.log('trusted ' + process.env.INPUT_WHO + ' in ' + process.cwd());\n",
  '.github/workflows/test.yml': `name: test\non: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n${steps}`,
});

describe('uses: $/actions/x', () => {
  it('is the action of the running commit, without a checkout, also from a composite action', async () => {
    const scene = await createScene(
      stage,
      files('      - {uses: $/actions/own, with: {who: world}}\n      - uses: $/actions/outer\n'),
    );
    const run = await scene.run();
    expect(run.conclusion, everything(run)).toBe('success');
    expect(step(run, 0).log).toContain('trusted world in ');
    expect(step(run, 1).log).toContain('trusted inner in ');
  });

  it('cannot be shadowed by what a step puts into the workspace', async () => {
    const scene = await createScene(
      stage,
      files(`      - run: |
          mkdir -p actions/own actions/dist '$/actions/own'
          echo "console.log('stolen')" > actions/dist/own.js
          cp /dev/null actions/own/action.yml
      - {uses: $/actions/own, with: {who: world}}
`),
    );
    const run = await scene.run();
    expect(step(run, 1).log, everything(run)).toContain('trusted world');
    expect(step(run, 1).log).not.toContain('stolen');
  });

  it('fails where there is no such action', async () => {
    const scene = await createScene(stage, files('      - uses: $/actions/none\n'));
    const run = await scene.run();
    expect(run.conclusion).toBe('failure');
    expect(step(run, 0).annotations[0]?.message).toContain("under 'actions/none'");
  });
});
