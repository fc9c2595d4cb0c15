import { describe, expect, it } from 'vitest';
import rules from '../../../schemas/aws-rules.json' with { type: 'json' };
import type { ChangeSetChange } from '../ports/cloudformation.ts';
import { nodeGroupStepProblem } from './node-group-step.ts';

const { alone } = rules.nodeGroupUpdate;
const others = ['ScalingConfig', 'Labels', 'Taints', 'NodeRepairConfig'];

function change(names: readonly string[], more: Partial<ChangeSetChange> = {}): ChangeSetChange {
  const details = names.map((name): ChangeSetChange['details'][number] => ({
    path: name === 'Tags' ? '/Tags' : `/Properties/${name}/Part`,
    ...(name === 'Tags' ? { attribute: 'Tags' } : { attribute: 'Properties', name }),
    requiresRecreation: 'Never',
  }));
  return { logicalId: 'NodeGroupSar1', type: 'AWS::EKS::Nodegroup', action: 'Modify', details, ...more };
}

const problem = (...changes: ChangeSetChange[]) => nodeGroupStepProblem('sar-cluster', changes);

describe('the step of a node group', () => {
  it.each(alone)('takes %s alone, and with nothing else', (name) => {
    expect(problem(change([name]))).toBeUndefined();
    expect(problem(change([name, name]))).toBeUndefined();
    for (const other of [...others, 'Tags', ...alone.filter((each) => each !== name)]) {
      expect(problem(change([name, other])), other).toMatchObject({ code: 'NodeGroupStep' });
    }
  });

  it('takes everything else together', () => {
    expect(problem(change([...others, 'Tags']))).toBeUndefined();
  });

  it('does not mind other resources, new groups and such as are made anew', () => {
    const both = ['Version', 'ScalingConfig'];
    expect(problem(change(both, { type: 'AWS::EKS::Cluster' }))).toBeUndefined();
    expect(problem(change(both, { action: 'Add' }))).toBeUndefined();
    expect(problem(change(both, { replacement: 'True' }))).toBeUndefined();
    expect(problem(change(['Version']), change(['ScalingConfig'], { logicalId: 'NodeGroupSmall' }))).toBeUndefined();
  });

  it('does not mind metadata', () => {
    const noted = change(['Version']);
    const metadata = { path: '/Metadata/Sizes', attribute: 'Metadata', requiresRecreation: 'Never' as const };
    expect(problem({ ...noted, details: [...noted.details, metadata] })).toBeUndefined();
  });

  it('names every group and what changes of it', () => {
    expect(
      problem(change(['Version', 'ScalingConfig']), change(['Tags', 'LaunchTemplate'], { logicalId: 'B' }))?.message,
    ).toBe(
      'EKS does not change of a node group of sar-cluster at once what changes here: NodeGroupSar1 (ScalingConfig, Version); ' +
        'B (LaunchTemplate, Tags). Each of Version, ReleaseVersion, LaunchTemplate changes alone.',
    );
  });
});
