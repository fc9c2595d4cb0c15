import { describe, expect, it } from 'vitest';
import { sampleDeployment, sampleStacks } from '../ports/test/sample-deployment.ts';
import { type Decision, decisionDigest } from './decision-digest.ts';

const file = (path: string, text: string) => ({ path, mode: '100644', content: Buffer.from(text) });

function decide(changes: Partial<Decision> = {}): string {
  const deployment = changes.deployment ?? sampleDeployment();
  const overlays = { cluster: { files: [file('a', '1'), file('b', '2')], delete: ['c'], rename: [] } };
  return decisionDigest({ deployment, stacks: sampleStacks(deployment), overlays, ...changes });
}

describe('the digest of what decides a deployment', () => {
  it('is the same for the same, whatever the order of keys and files, and whatever was asked to be reviewed', () => {
    const overlays = { cluster: { files: [file('b', '2'), file('a', '1')], delete: ['c'], rename: [] } };
    const deployment = Object.fromEntries(Object.entries(sampleDeployment()).reverse()) as Decision['deployment'];
    expect(decide({ overlays, deployment })).toBe(decide());
    const reviewed = { ...sampleDeployment(), reviewed: 'f'.repeat(64) } as Decision['deployment'];
    expect(decide({ deployment: reviewed, stacks: sampleStacks(sampleDeployment()) })).toBe(decide());
    expect(decide()).toMatch(/^[0-9a-f]{64}$/);
  });

  const overlay = { files: [file('a', '1')], delete: ['c'], rename: [] };
  const stacks = sampleStacks(sampleDeployment());
  const users = { ...sampleDeployment().users, sign_up: 'open' as const };
  const sources = { ...sampleDeployment().sources, cluster: { url: 'https://example.org/k', ref: 'v2.1' } };
  it.each<[string, Partial<Decision>]>([
    ['who may enter', { deployment: sampleDeployment({ users }), stacks }],
    ['the protection', { deployment: sampleDeployment({ protected: true }), stacks }],
    ['the ref of a source', { deployment: sampleDeployment({ sources }), stacks }],
    ['a template', { stacks: sampleStacks(sampleDeployment(), '2') }],
    ['a parameter', { stacks: stacks.map((stack) => ({ ...stack, parameters: { A: 'b' } })) }],
    ['a tag', { stacks: stacks.map((stack) => ({ ...stack, tags: {} })) }],
    ['a file', { overlays: { cluster: { ...overlay, files: [file('a', '2')] } } }],
    ['a mode', { overlays: { cluster: { ...overlay, files: [{ ...file('a', '1'), mode: '100755' }] } } }],
    ['what is taken away', { overlays: { cluster: { ...overlay, delete: [] } } }],
    ['the repository', { overlays: { container: overlay } }],
  ])('changes with %s', (_, changes) => {
    const base = 'overlays' in changes ? decide({ overlays: { cluster: overlay } }) : decide();
    expect(decide(changes)).not.toBe(base);
  });
});
