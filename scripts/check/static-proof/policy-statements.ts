import type { RenderedTemplate } from './rendered-templates.ts';
import { type ResolvedResource, resolvedResources } from './resolved-resources.ts';

/** What a policy is for: what its holder may do, who may take on a role, or who may use a resource. */
export type PolicyPurpose = 'identity' | 'trust' | 'resource';

/** A policy in a rendered template. */
export type FoundPolicy = {
  template: RenderedTemplate;
  resource: ResolvedResource;
  /** `Policies[0]`, or the property that holds the policy. */
  place: string;
  purpose: PolicyPurpose;
  document: PolicyDocument;
};

export type PolicyDocument = { Version?: string; Statement: PolicyStatement[] };
export type PolicyStatement = { Sid?: string; Effect: string; [element: string]: unknown };

/** Properties that hold one policy. */
const single: Readonly<Record<string, readonly [property: string, purpose: PolicyPurpose][]>> = {
  'AWS::IAM::Role': [['AssumeRolePolicyDocument', 'trust']],
  'AWS::IAM::ManagedPolicy': [['PolicyDocument', 'identity']],
  'AWS::IAM::RolePolicy': [['PolicyDocument', 'identity']],
  'AWS::KMS::Key': [['KeyPolicy', 'resource']],
  'AWS::S3::BucketPolicy': [['PolicyDocument', 'resource']],
};

/** Every policy of a template. @throws Error when a property looks like a policy and is none of those known here */
export function policiesOf(template: RenderedTemplate): FoundPolicy[] {
  return resolvedResources(template).flatMap((resource) => {
    const { type, properties } = resource;
    const own = (single[type] ?? []).map(([place, purpose]) => {
      return { template, resource, place, purpose, document: readDocument(properties[place]) };
    });
    const inline = type === 'AWS::IAM::Role' ? [properties.Policies ?? []].flat() : [];
    const found = [
      ...own,
      ...inline.map((policy, index) => ({
        template,
        resource,
        place: `Policies[${index}]`,
        purpose: 'identity' as const,
        document: readDocument(Object(policy).PolicyDocument),
      })),
    ];
    const written = JSON.stringify(properties).split('"Version":"2012-10-17"').length - 1;
    if (written === found.length) return found;
    throw new Error(
      `${template.name}: ${resource.id} (${type}) has ${written} policies; the proof knows ${found.length}.`,
    );
  });
}

/** A value of an element, which may be one text or a list. */
export function texts(value: unknown): string[] {
  return [value ?? []].flat().map(String);
}

function readDocument(value: unknown): PolicyDocument {
  const { Statement, ...rest } = Object(value) as { Statement: PolicyStatement | PolicyStatement[] };
  return { ...rest, Statement: [Statement].flat() };
}
