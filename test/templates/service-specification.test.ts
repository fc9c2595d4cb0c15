import { checkProperties, knownAfterApply, specOf } from '@opensarlab/sandbox';
import { describe, expect, test } from 'vitest';
import { stacksOf } from '../../actions/lib/stacks/catalogue.ts';
import { readTemplate, type Template, type TemplateValue } from '../../actions/lib/stacks/template.ts';
import { renderedTemplates } from '../../scripts/check/static-proof/rendered-templates.ts';
import { catalogueSources, deploymentOf, variantText } from '../fixtures/example-deployment.ts';

/** The templates of the static proof, and of a deployment without certificate, which nothing else has. */
const templates: [string, Template][] = [
  ...renderedTemplates().map(({ region, name, template }): [string, Template] => [`${region} ${name}`, template]),
  ...stacksOf(deploymentOf(variantText), catalogueSources()).map(({ name, templateBody }): [string, Template] => [
    `without certificate, ${name}`,
    readTemplate(templateBody, name),
  ]),
];

/** The value with one branch of every condition and with results of functions as not known yet; undefined = no value. */
function resolved(value: TemplateValue, branch: 1 | 2): TemplateValue | undefined {
  if (Array.isArray(value)) return value.map((item) => resolved(item, branch)).filter((item) => item !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  const [[key, argument] = []] = Object.entries(value);
  if (key === 'Fn::If' && Array.isArray(argument)) return resolved(argument[branch] ?? null, branch);
  if (key === 'Ref') return argument === 'AWS::NoValue' ? undefined : knownAfterApply;
  if (key?.startsWith('Fn::')) return knownAfterApply;
  const entries = Object.entries(value).map(([name, item]) => [name, resolved(item, branch)] as const);
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined)) as TemplateValue;
}

/** Names that `Ref`, `Fn::GetAtt`, `Fn::Sub`, `DependsOn` and conditions point at. */
function* references(value: TemplateValue): Generator<{ kind: string; name: string; attribute?: string }> {
  if (Array.isArray(value)) for (const item of value) yield* references(item);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  for (const [key, argument] of Object.entries(value)) {
    const list = Array.isArray(argument) ? argument : [argument];
    if (key === 'Ref') yield { kind: key, name: String(argument) };
    if (key === 'Fn::GetAtt') yield { kind: key, name: String(list[0]), attribute: list.slice(1).join('.') };
    if (key === 'Fn::If') yield { kind: 'Condition', name: String(list[0]) };
    if (key === 'Fn::Sub') yield* substitutions(String(list[0]), Object.keys(Object(list[1] ?? {})));
    yield* references(argument);
  }
}

function* substitutions(text: string, local: string[]): Generator<{ kind: string; name: string; attribute?: string }> {
  for (const [, inside = ''] of text.matchAll(/\$\{([^!}][^}]*)\}/g)) {
    const [name = '', ...attribute] = inside.split('.');
    if (local.includes(name)) continue;
    yield attribute.length === 0 ? { kind: 'Ref', name } : { kind: 'Fn::GetAtt', name, attribute: attribute.join('.') };
  }
}

describe.each(templates)('%s', (_, template) => {
  const resources = Object.entries(template.Resources);

  test.each([1, 2] as const)('has only properties that AWS knows, of the right type (branch %i)', (branch) => {
    const violations = resources.flatMap(([id, { Type, Properties }]) => {
      const spec = specOf(Type);
      if (spec === undefined) return [`${id}: no type ${Type}`];
      const properties = resolved(Properties ?? {}, branch) as Record<string, unknown>;
      return checkProperties(spec, properties).map(({ path, message }) => `${id}${path}: ${message}`);
    });
    expect(violations).toEqual([]);
  });

  test('points only at what exists', () => {
    const wrong: string[] = [];
    const check = (
      from: string,
      { kind, name, attribute }: { kind: string; name: string; attribute?: string },
    ): void => {
      const resource = template.Resources[name];
      const known =
        kind === 'Condition'
          ? template.Conditions?.[name] !== undefined
          : attribute === undefined
            ? name.startsWith('AWS::') || resource !== undefined || template.Parameters[name] !== undefined
            : resource !== undefined && (specOf(resource.Type)?.attributes ?? []).includes(attribute);
      if (!known) wrong.push(`${from}: ${kind} ${name}${attribute === undefined ? '' : `.${attribute}`}`);
    };
    for (const [id, { Condition, DependsOn, Properties }] of resources) {
      for (const reference of references(Properties ?? {})) check(id, reference);
      if (Condition !== undefined) check(id, { kind: 'Condition', name: Condition });
      for (const name of [DependsOn ?? []].flat()) check(id, { kind: 'Ref', name });
    }
    for (const [name, { Value }] of Object.entries(template.Outputs)) {
      for (const reference of references(Value)) check(`Outputs.${name}`, reference);
    }
    expect(wrong).toEqual([]);
  });

  test('uses every parameter and condition it has', () => {
    const used = new Set([...references(template as unknown as TemplateValue)].map(({ name }) => name));
    for (const { Condition } of Object.values(template.Resources)) if (Condition !== undefined) used.add(Condition);
    const text = JSON.stringify(template.Conditions ?? {});
    const unused = [...Object.keys(template.Parameters), ...Object.keys(template.Conditions ?? {})].filter(
      (name) => !used.has(name) && !text.includes(`"Condition":"${name}"`),
    );
    expect(unused).toEqual([]);
  });

  test('keeps IAM’s limits: 6,144 characters a policy, 10 policies a role', () => {
    for (const [id, { Type, Properties }] of resources) {
      if (Type === 'AWS::IAM::ManagedPolicy') {
        expect(JSON.stringify(Properties?.PolicyDocument).length, id).toBeLessThan(6144);
      }
      if (Type === 'AWS::IAM::Role') expect([Properties?.ManagedPolicyArns ?? []].flat().length, id).toBeLessThan(11);
    }
  });
});
