import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScene, everything, job, openStage, type Stage, step, workflow } from './testing/scene.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe('a run', () => {
  it('checks out the pushed commit and runs scripts in order', async () => {
    const scene = await createScene(stage, {
      ...workflow(`
- uses: actions/checkout@v6
- name: Read
  run: cat greeting.txt
- run: |
    echo "one \${{ github.ref_name }}"
      echo "two {braces} 'quotes'"
    test "$GITHUB_SHA" = "$(git rev-parse HEAD)"`),
      'greeting.txt': 'hello there\n',
    });
    const run = await scene.run();
    expect(run.conclusion, everything(run)).toBe('success');
    expect(job(run).steps.map(({ name }) => name)).toEqual(['Run actions/checkout@v6', 'Read', 'Run echo "one main"']);
    expect(step(run, 1).log).toContain('hello there');
    expect(step(run, 2).log).toContain("two {braces} 'quotes'");
  });

  it('fails with the exit code as an annotation and skips the rest, but runs always()', async () => {
    const scene = await createScene(
      stage,
      workflow(`
- run: exit 3
- run: echo never
- run: echo last
  if: always()
- run: echo only on failure
  if: failure()`),
    );
    const run = await scene.run();
    expect(run.conclusion).toBe('failure');
    expect(job(run).steps.map(({ conclusion }) => conclusion)).toEqual(['failure', 'skipped', 'success', 'success']);
    expect(step(run, 0).annotations).toMatchObject([
      { level: 'error', message: 'Process completed with exit code 3.' },
    ]);
  });

  it('goes on after a step that may fail, and tells outcome from conclusion', async () => {
    const scene = await createScene(
      stage,
      workflow(`
- id: shaky
  run: exit 1
  continue-on-error: true
- run: echo "\${{ steps.shaky.outcome }}/\${{ steps.shaky.conclusion }}"`),
    );
    const run = await scene.run();
    expect(run.conclusion).toBe('success');
    expect(step(run, 0)).toMatchObject({ outcome: 'failure', conclusion: 'success' });
    expect(step(run, 1).log).toContain('failure/success');
  });
});
