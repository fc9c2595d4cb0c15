import { createHash } from 'node:crypto';
import type { Deployment, DeploymentNode } from '../deployment/deployment.ts';
import type { ParameterValue } from './stack.ts';
import { logicalId, type Template, type TemplateValue } from './template.ts';

/*
 * EKS wants to be told how many machines a new node group has: `desiredSize` goes with the smallest and largest size
 * (Amazon EKS API, NodegroupScalingConfig: "all or none"). Said again later, it would set the number back that the
 * autoscaler has chosen, and stop users' machines; left out later, it changes nothing (the same place). So it is a parameter
 * with a value from when a group is made until its sizes change.
 */

/** The parameters that {@link withInitialSizes} declares, two per group of user nodes. */
export function initialSizeParameters(deployment: Deployment): Record<string, ParameterValue> {
  const pairs = userNodes(deployment).flatMap((node): [string, ParameterValue][] => [
    [sizesParameter(node), `${node.min_number} to ${node.max_number}`],
    [
      initialSizeParameter(node, deployment),
      { first: String(node.min_number), until: sizesParameter(node), afterwards: '' },
    ],
  ]);
  return Object.fromEntries(pairs);
}

/** The cluster's template with the parameters, and with the conditions that {@link initialSize} refers to. */
export function withInitialSizes(template: Template, deployment: Deployment): Template {
  const parameters: Template['Parameters'] = {};
  const conditions: NonNullable<Template['Conditions']> = {};
  for (const node of userNodes(deployment)) {
    const size = initialSizeParameter(node, deployment);
    parameters[sizesParameter(node)] = { Type: 'String' };
    parameters[size] = { Type: 'String' };
    conditions[condition(node)] = { 'Fn::Equals': [{ Ref: size }, ''] };
  }
  return {
    ...template,
    Parameters: { ...template.Parameters, ...parameters },
    Conditions: { ...template.Conditions, ...conditions },
  };
}

/** `DesiredSize` of a node group. */
export function initialSize(node: DeploymentNode, deployment: Deployment): TemplateValue {
  return { 'Fn::If': [condition(node), { Ref: 'AWS::NoValue' }, { Ref: initialSizeParameter(node, deployment) }] };
}

/** The parameter that changes with a node group's sizes. */
export function sizesParameter(node: DeploymentNode): string {
  return logicalId('Sizes', node.name);
}

function condition(node: DeploymentNode): string {
  return logicalId('Keeps', node.name);
}

/** Another name, and with it a value again, for every group that CloudFormation makes anew. */
function initialSizeParameter(node: DeploymentNode, { network }: Deployment): string {
  const kind = JSON.stringify([node.instance, node.is_spot, network.nodes]);
  return `${logicalId('Initial', node.name)}${createHash('sha256').update(kind).digest('hex').slice(0, 6)}`;
}

function userNodes({ nodes }: Deployment): DeploymentNode[] {
  return nodes.filter(({ is_hub }) => !is_hub);
}
