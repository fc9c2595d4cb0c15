import type { Capability } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../service.ts';
import { specOf } from '../service-spec/service-spec.ts';
import type { Template } from './template.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html, parameter Capabilities */
const iamTypes: ReadonlySet<string> = new Set([
  'AWS::IAM::AccessKey',
  'AWS::IAM::Group',
  'AWS::IAM::InstanceProfile',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::IAM::User',
  'AWS::IAM::UserToGroupAddition',
]);

export type RequiredCapabilities = { capability: Capability; reason: string } | undefined;

/** The capability that a template's IAM resources need, and why. */
export function requiredCapability(template: Template): RequiredCapabilities {
  const resources = Object.values(template.resources).filter(({ type }) => iamTypes.has(type));
  if (resources.length === 0) return undefined;
  const named = resources.some(({ type, properties }) => {
    const nameProperty = specOf(type)?.nameProperty;
    return nameProperty !== undefined && properties[nameProperty] !== undefined;
  });
  const types = [...new Set(resources.map(({ type }) => type))].join(', ');
  return {
    capability: named ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM',
    reason: `The following resource(s) require capabilities: [${types}]`,
  };
}

/** @throws AwsError `InsufficientCapabilitiesException`; CAPABILITY_NAMED_IAM includes CAPABILITY_IAM */
export function checkCapabilities(template: Template, acknowledged: readonly Capability[]): void {
  const required = requiredCapability(template);
  if (required === undefined || acknowledged.includes(required.capability)) return;
  if (acknowledged.includes('CAPABILITY_NAMED_IAM')) return;
  throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${required.capability}]`);
}
