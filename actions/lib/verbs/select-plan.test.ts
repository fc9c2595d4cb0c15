import { describe, expect, it } from 'vitest';
import { planSubject } from './select-plan.ts';

const event = { kind: 'pull_request', number: 7, base: 'b', head: 'a', baseChanged: false } as const;

describe('what an event wants planned', () => {
  it.each(['destroy', 'Destroy', 'DESTROY'])(
    'is the pull request when the label %s comes or goes: GitHub does not tell them apart',
    (label) => {
      for (const action of ['labeled', 'unlabeled']) {
        expect(planSubject({ ...event, action, label })).toEqual({ kind: 'pull request', number: 7 });
      }
    },
  );

  it.each(['bug', 'destroyed', ''])('is nothing when the label %j comes', (label) => {
    expect(planSubject({ ...event, action: 'labeled', label })).toBeUndefined();
  });
});
