import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../actions/lib/deployment/deployment.ts';
import { physicalNames } from '../../actions/lib/deployment/names.ts';
import { stacksOf } from '../../actions/lib/stacks/catalogue.ts';
import type { Stack } from '../../actions/lib/stacks/stack.ts';
import { readTemplate, type TemplateValue } from '../../actions/lib/stacks/template.ts';
import { catalogueSources, deploymentOf, exampleText, variantText } from '../fixtures/example-deployment.ts';

/** A name that nothing else in a template contains. */
const name = 'quokka';

/** Two deployments that differ in all that changes templates. */
const deployments: [string, Deployment][] = [
  ['the example', { ...deploymentOf(exampleText), name }],
  ['the variant', { ...deploymentOf(variantText), name }],
].map(([title, deployment]) => [title, withNamespace(deployment)]) as [string, Deployment][];

function withNamespace(deployment: unknown): Deployment {
  const value = deployment as Deployment;
  const parameters = { ...value.parameters, cost_tag_value: name, container_namespace: `${name}-container` };
  return { ...value, parameters };
}

/** Text, `Ref` of a literal parameter and `Fn::Sub` of such; undefined for what only CloudFormation knows. */
function literal(value: TemplateValue | undefined, known: ReadonlyMap<string, string>): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { Ref: reference, 'Fn::Sub': pattern } = value;
  if (typeof reference === 'string') return known.get(reference);
  if (typeof pattern !== 'string') return undefined;
  const parts = [...pattern.matchAll(/\$\{([^}]+)\}/g)].map(([, part = '']) => known.get(part));
  if (parts.includes(undefined)) return undefined;
  return pattern.replace(/\$\{([^}]+)\}/g, (_, part: string) => known.get(part) ?? '');
}

/** Each name that a stack's template gives a resource, with the resource's type. */
function explicitNames(stack: Stack, { aws }: Deployment): [type: string, name: string][] {
  const parameters = Object.entries(stack.parameters).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const known = new Map([...parameters, ['AWS::Region', aws.region], ['AWS::AccountId', aws.account_id]]);
  const { Resources: resources } = readTemplate(stack.templateBody, stack.name);
  return Object.values(resources).flatMap(({ Type: type, Properties: properties = {} }) =>
    Object.entries(properties)
      .filter(([property]) => /(?:^|[a-z])Name$|^Domain$/.test(property))
      .map(([, value]) => literal(value, known))
      .filter((text): text is string => text?.includes(name) === true)
      .map((text): [string, string] => [type, text]),
  );
}

describe.each(deployments)('the names of %s', (_, deployment) => {
  const stacks = stacksOf(deployment, catalogueSources());
  const table = physicalNames(deployment);

  it('has every name that a template gives a resource', () => {
    const explicit = stacks.flatMap((stack) => explicitNames(stack, deployment));
    const listed = new Set(table.map((entry) => entry.name));
    expect(explicit.length).toBeGreaterThan(15);
    expect(explicit.filter(([, text]) => !listed.has(text))).toEqual([]);
  });

  it('has every stack, and what the mirror and the builds make', () => {
    const listed = new Set(table.map((entry) => `${entry.resource} ${entry.name}`));
    for (const stack of stacks) expect(listed).toContain(`stack ${stack.name}`);
    for (const repository of [`${name}-container`, `${name}-cluster`]) {
      expect(listed).toContain(`CodeCommit repository ${repository}`);
    }
    for (const { image_name: image } of deployment.profiles) {
      expect(listed).toContain(`ECR repository ${name}-container/${image}`);
    }
  });

  it('keeps within every limit, and says how much room is left', () => {
    for (const { name: text, limit, remaining } of table) expect(remaining).toBe(limit - text.length);
  });
});
