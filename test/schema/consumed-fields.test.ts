import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../actions/lib/deployment/deployment.ts';
import type { DeploymentReading } from '../../actions/lib/deployment/read-deployment.ts';
import { runPreflight } from '../../actions/lib/plan/preflight.ts';
import { unusedFields } from '../../actions/lib/plan/preflight-check.ts';
import { FakeAws } from '../../actions/lib/ports/test/fake-aws.ts';
import schema from '../../schemas/opensarlab.schema.json' with { type: 'json' };
import { type Schema, type SchemaField, schemaFields } from '../../scripts/reference/schema-fields.ts';
import { repositoryText } from '../fixtures/example-deployment.ts';
import { type Json, leavesOf, variationsOf } from './field-variations.ts';
import { otherConsumers } from './other-consumers.ts';
import { differsFrom, readJson } from './what-people-see.ts';

// A field that reaches nothing promises what nobody does. Each field of the schema is varied in a declaration that sets all
// of them, and somebody must see a difference.

const frozen = load(readFileSync(new URL('frozen-declaration.yaml', import.meta.url), 'utf8')) as Json;
const fields = leavesOf(schemaFields(schema as Schema));
const baseline = usable(frozen);

/** Values that the schema does not tell: valid only together with others, or telling only on one side of a day. */
const byHand: Readonly<Record<string, Json[]>> = {
  'aws.region': ['us-east-1'],
  'parameters.deployment_url': ['https://other.example.org'],
  'parameters.admin_email_address': ['asmith@example.org'],
  'nodes[].instance': ['m5a.2xlarge'],
  'profiles[].node_name': ['spare'],
  'profiles[].image_name': ['sar', 'helloworld'],
  'profiles[].hook_script': ['helloworld.sh'],
  expires: ['2027-01-01'],
};

/** Account and region are part of ARNs, which must agree with them, so both are varied where there are none. */
const withoutArns = ['aws.account_id', 'aws.region'];

function declarationFor({ path }: SchemaField): Json {
  if (!withoutArns.includes(path)) return frozen;
  const { aws, parameters, ...rest } = structuredClone(frozen) as Record<string, Record<string, Json>>;
  const { cluster_admin_arns: _, ...place } = aws ?? {};
  const { certificate_arn: _certificate, admin_email_address_sns_arn: _identity, ...others } = parameters ?? {};
  return { ...rest, aws: place, parameters: others };
}

type Usable = DeploymentReading & { deployment: Deployment };

function usable(declaration: Json): Usable {
  const { deployment, diagnostics } = readJson(declaration);
  if (deployment === undefined) throw new Error(JSON.stringify(diagnostics, undefined, 1));
  return { deployment, diagnostics };
}

/** Valid declarations in which the field alone differs. */
function* validVariations(field: SchemaField): Generator<Usable> {
  for (const value of variationsOf(declarationFor(field), field, byHand[field.path])) {
    const { deployment, diagnostics } = readJson(value);
    if (deployment !== undefined) yield { deployment, diagnostics };
  }
}

/** Whether somebody sees a difference, and how many declarations were tried. */
async function isConsumed(field: SchemaField): Promise<{ tried: number; consumed: boolean }> {
  const differs = await differenceIn(field);
  let tried = 0;
  for (const variation of validVariations(field)) {
    tried += 1;
    if (await differs(variation)) return { tried, consumed: true };
  }
  return { tried, consumed: false };
}

const differsFromFrozen = differsFrom(baseline);

async function differenceIn(field: SchemaField): Promise<(lab: Usable) => Promise<boolean> | boolean> {
  const consumer = otherConsumers[field.path];
  if (consumer !== undefined) {
    const before = await consumer(baseline.deployment);
    return async ({ deployment }) => (await consumer(deployment)) !== before;
  }
  return withoutArns.includes(field.path) ? differsFrom(usable(declarationFor(field))) : differsFromFrozen;
}

const hasOneValue = ({ schema: { enum: values, default: value } }: SchemaField): boolean =>
  values?.length === 1 && values[0] === value;
/** The folder or the name decides these; the checks hold them against it. */
const decidedElsewhere = [
  ...['parameters.cost_tag_value', 'parameters.container_namespace'],
  ...['nodes[].node_policy', 'nodes[].is_hub'],
];
const isKeptForOldFiles = ({ schema: { deprecated } }: SchemaField): boolean => deprecated === true;
const isUnused = ({ path }: SchemaField): boolean => unusedFields.includes(path);

const unused = fields.filter(isUnused);
const kept = fields.filter(isKeptForOldFiles);
const decided = fields.filter(({ path }) => decidedElsewhere.includes(path));
const only = fields.filter(hasOneValue);
const used = fields.filter((field) => ![...unused, ...kept, ...decided, ...only].includes(field));

describe('every field of the schema', () => {
  it('is looked at', () => {
    expect(fields.length).toBeGreaterThan(80);
    expect(Object.keys(byHand).filter((path) => !used.some((field) => field.path === path))).toEqual([]);
    expect(Object.keys(otherConsumers).filter((path) => !used.some((field) => field.path === path))).toEqual([]);
  });

  it.each(used)('$path reaches what people see', async (field) => {
    const { tried, consumed } = await isConsumed(field);
    expect(tried, 'no valid declaration differs in this field: name a value in `byHand`').toBeGreaterThan(0);
    expect(
      consumed,
      'nothing that people see changes with this field: see CONTRIBUTING.md, "A field of a profile"',
    ).toBe(true);
  });
});

describe('a field that can say only one thing', () => {
  it.each(only)('$path is taken as said', (field) => {
    const [without = null] = variationsOf(frozen, field);
    expect(differsFromFrozen(usable(without))).toBe(false);
  });
});

/** Errors about this field, whatever it says else. */
function refusalsOf(field: SchemaField): string[] {
  const name = field.path.split('.').at(-1) ?? '';
  const found = variationsOf(frozen, field).flatMap((value) => readJson(value).diagnostics);
  const errors = found.filter(({ severity }) => severity === 'error');
  return errors.flatMap(({ path, message }) => (`${path} ${message}`.includes(name) ? [message] : []));
}

describe('a field whose value is decided elsewhere', () => {
  it.each([...decided, ...kept])('$path is held against that', (field) => {
    expect(refusalsOf(field)).not.toEqual([]);
  });

  it.each(kept)('$path says that it is kept for old files', ({ schema: { description } }) => {
    expect(description).toContain("Upstream's field, kept so that its files stay valid");
  });
});

describe('a field that reaches nothing', () => {
  const reference = repositoryText('docs/reference/opensarlab-yaml.md');

  it.each(unused)('$path reaches nothing, or is no longer listed', async (field) => {
    const { tried, consumed } = await isConsumed(field);
    expect(tried).toBeGreaterThan(0);
    expect(consumed, 'it is used now: take it out of `supportChecks`').toBe(false);
  });

  it.each(unused)('$path says so in the schema and in the reference', ({ path, schema: { description } }) => {
    expect(description).toMatch(/nothing acts on this yet/i);
    const section = reference.split(`### \`${path}\`\n`)[1]?.split('\n### ')[0];
    expect(section).toMatch(/nothing acts on this yet/i);
  });

  it('is the only one that says so', () => {
    const saying = fields.filter(({ schema: { description = '' } }) => /nothing acts on this yet/i.test(description));
    expect(saying.map(({ path }) => path).sort()).toEqual(unusedFields.toSorted());
  });

  it.each(unused)('$path is named by the plan of a deployment that declares it', async ({ path }) => {
    const { deployment } = baseline;
    const ports = new FakeAws().ports();
    const findings = await runPreflight({ deployment, stacks: [], states: new Map(), ports, now: new Date(0) });
    const warnings = findings.filter(({ detail }) => /nothing acts on this yet/i.test(detail) && detail.includes(path));
    expect(warnings.map(({ outcome }) => outcome)).toEqual(['warning']);
  });
});
