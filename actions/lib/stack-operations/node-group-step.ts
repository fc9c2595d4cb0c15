import rules from '../../../schemas/aws-rules.json' with { type: 'json' };
import { Failure } from '../failure.ts';
import type { ChangeSetChange } from '../ports/cloudformation.ts';

/**
 * Why a change set cannot be executed: EKS changes one kind of thing of a node group at a time (`nodeGroupUpdate` of
 * schemas/aws-rules.json), and would say so only when the control plane has its new version already, which nothing takes
 * back. A group that is made anew is none that is changed.
 * @param stack name of the stack, for the message
 * @returns undefined when nothing is in the way
 */
export function nodeGroupStepProblem(stack: string, changes: readonly ChangeSetChange[]): Failure | undefined {
  const combined = changes.flatMap((change) => {
    const names = combinedProperties(change);
    return names.length === 0 ? [] : [`${change.logicalId} (${names.join(', ')})`];
  });
  if (combined.length === 0) return lostTemplateProblem(stack, changes);
  const alone = rules.nodeGroupUpdate.alone.join(', ');
  return new Failure({
    code: 'NodeGroupStep',
    source: 'user',
    message: `EKS does not change of a node group of ${stack} at once what changes here: ${combined.join('; ')}. Each of ${alone} changes alone.`,
    hint:
      'Take one of the changes back, deploy, and make it then. Version is kubernetes in cluster/versions.yaml, LaunchTemplate ' +
      'root_volume_size or cost_tag_key, ScalingConfig min_number and max_number, Tags cost_tag_key. A node under another ' +
      'name is made anew and may have everything at once; servers on the old one stop.',
  });
}

/**
 * A managed node group takes another version of its launch template, never another template (AWS::EKS::Nodegroup,
 * LaunchTemplate; EKS user guide, "Customize managed nodes with launch templates"). CloudFormation tries, and is then stuck.
 */
function lostTemplateProblem(stack: string, changes: readonly ChangeSetChange[]): Failure | undefined {
  const groups = changes.filter(({ type, action, replacement, details }) => {
    const isInPlace = type === 'AWS::EKS::Nodegroup' && action === 'Modify' && replacement !== 'True';
    return isInPlace && details.some(({ path }) => path.endsWith('/LaunchTemplate/Id'));
  });
  if (groups.length === 0) return undefined;
  return new Failure({
    code: 'NodeGroupTemplate',
    source: 'user',
    message: `EKS gives no node group another launch template, which ${groups.map(({ logicalId }) => logicalId).join(', ')} of ${stack} would need because its own was deleted.`,
    hint: 'Delete that node group too (aws eks delete-nodegroup); the servers on it stop. Then run this again: both are made anew.',
  });
}

/** The properties that change in place, when one of them has to change alone. */
function combinedProperties({ type, action, replacement, details }: ChangeSetChange): string[] {
  if (type !== 'AWS::EKS::Nodegroup' || action !== 'Modify' || replacement === 'True') return [];
  const names = details.flatMap(({ attribute, name }) => {
    if (attribute === 'Properties') return name === undefined ? [] : [name];
    return attribute === 'Tags' ? ['Tags'] : [];
  });
  const changed = [...new Set(names)].sort();
  const isCombined = changed.length > 1 && changed.some((name) => rules.nodeGroupUpdate.alone.includes(name));
  return isCombined ? changed : [];
}
