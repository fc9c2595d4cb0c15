import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import schema from '../../../../schemas/opensarlab.schema.json' with { type: 'json' };
import { exampleText } from '../../../../test/fixtures/example-deployment.ts';

type Part = { [key: string]: unknown };
type Field = { path: string; field: Part; required: boolean };

const isPart = (value: unknown): value is Part => typeof value === 'object' && value !== null && !Array.isArray(value);

function resolved(field: Part): Part {
  if (Array.isArray(field.anyOf)) {
    const parts = field.anyOf.filter(isPart);
    return { ...Object.assign({}, ...parts), ...field, type: parts.map(({ type }) => type) };
  }
  const name = String(field.$ref ?? '').replace('#/$defs/', '');
  const definitions: Part = schema.$defs;
  const target = definitions[name];
  return isPart(target) ? { ...target, ...field } : field;
}

/** Every field, however deep, with the path that people would write. */
function fieldsOf(group: Part, path = ''): Field[] {
  const required = Array.isArray(group.required) ? group.required : [];
  const named = Object.entries(isPart(group.properties) ? group.properties : {}).map(([name, field]) => ({
    name: `${path}.${name}`,
    field,
    required: required.includes(name),
  }));
  const entries = [
    ...named,
    { name: `${path}[]`, field: group.items, required: true },
    { name: `${path}.*`, field: group.additionalProperties, required: true },
  ];
  return entries.flatMap(({ name, field: raw, required: needed }) => {
    if (!isPart(raw)) return [];
    const field = resolved(raw);
    return [
      { path: name.slice(0, 1) === '.' ? name.slice(1) : name, field, required: needed },
      ...fieldsOf(field, name),
    ];
  });
}

const fields = fieldsOf(schema);
const types = (field: Part): unknown[] => [field.type].flat();

const bounds = ['enum', 'pattern', 'minimum', 'exclusiveMinimum', 'maxLength', 'maxItems', 'maxProperties'];

function isConstrained(field: Part): boolean {
  const own = types(field).every((type) => type === 'boolean' || type === 'object');
  return own || bounds.some((bound) => field[bound] !== undefined);
}

describe('every field of the schema', () => {
  test.each(fields.map((field) => [field.path, field] as const))('%s', (_, { field, required }) => {
    expect(field.title).toMatch(/^[A-Z]/);
    expect(field.description).toMatch(/^.{10,}[.)}]$/s);
    const hasExample = field.examples !== undefined || field.default !== undefined || field.enum !== undefined;
    expect(hasExample || types(field).includes('object') || field.type === 'array').toBe(true);
    if (types(field).includes('object') && !('additionalProperties' in field && isPart(field.additionalProperties))) {
      expect(field.additionalProperties).toBe(false);
    }
    const endless = !/^[^+*]+$/.test(String(field.pattern ?? '*'));
    if (field.type === 'string' && endless) expect(field.enum ?? field.maxLength).toBeDefined();
    if (field.type === 'integer' || field.type === 'number') {
      expect(field.minimum ?? field.exclusiveMinimum).toBeDefined();
      expect(field.maximum).toBeDefined();
    }
    if (types(field).includes('array')) expect(field.maxItems).toBeDefined();
    if (field.pattern !== undefined) expect(field.$comment).toMatch(/^must .*[^.]$/);
    if (required) expect(field.default).toBeUndefined();
    // What is left out means something: the default, or what the description says of it.
    if (!required && field.default === undefined) expect(field.description).toMatch(/Default: |Without it/);
    if (!types(field).includes('object')) expect(field.description).toMatch(/e\.g\. |true |: /);
    expect(isConstrained(field)).toBe(true);
  });

  test('upstream’s fields of 2022 are there under their own names', () => {
    const paths = fields.map(({ path }) => path);
    const parameters =
      'code_commit_repo_name code_commit_branch_name cost_tag_key cost_tag_value admin_user_name admin_email_address admin_email_address_sns_arn certificate_arn container_namespace deployment_url az_suffix ical_url user_whitelist_bucket user_whitelist_csv';
    const nodes = 'name instance min_number max_number node_policy root_volume_size is_hub';
    const profiles =
      'name description image_name image_tag node_name storage_capacity hook_script memory_guarantee memory_limit cpu_guarantee cpu_limit delete_user_volumes classic default';
    expect(paths).toEqual(expect.arrayContaining(parameters.split(' ').map((name) => `parameters.${name}`)));
    expect(paths).toEqual(expect.arrayContaining(nodes.split(' ').map((name) => `nodes[].${name}`)));
    expect(paths).toEqual(expect.arrayContaining(profiles.split(' ').map((name) => `profiles[].${name}`)));
  });

  test('examples and defaults obey the schema', () => {
    const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strict: false });
    for (const { path, field } of fields) {
      const validate = ajv.compile({ ...field, $defs: schema.$defs });
      const values = [
        ...(Array.isArray(field.examples) ? field.examples : []),
        ...('default' in field ? [field.default] : []),
      ];
      for (const value of values) expect([path, value, validate(value)]).toEqual([path, value, true]);
    }
  });
});

describe('the schema itself', () => {
  test('obeys the metaschema of 2020-12', () => {
    const ajv = new Ajv2020();
    expect(ajv.validateSchema(schema)).toBe(true);
  });

  test('is accepted by ajv at its strictest, also with defaults filled in', () => {
    for (const useDefaults of [false, true])
      expect(() => new Ajv2020({ strict: true, useDefaults }).compile(schema)).not.toThrow();
  });

  test('has patterns that a browser and an editor read alike: of the flag u, anchored', () => {
    const patterns = fields.flatMap(({ path, field }) =>
      typeof field.pattern === 'string' ? [[path, field.pattern]] : [],
    );
    expect(patterns.length).toBeGreaterThan(40);
    for (const [path, pattern = ''] of patterns) {
      expect(() => new RegExp(pattern, 'u'), path).not.toThrow();
      expect(pattern, path).toMatch(/^\^.*\$$/);
    }
  });
});

describe('the example', () => {
  test('names its schema for editors, by a path from its folder', () => {
    expect(exampleText.split('\n')[0]).toBe('# yaml-language-server: $schema=../../schemas/opensarlab.schema.json');
  });

  test('has every field that can be set, at least in a comment', () => {
    const top = fields.filter(({ path }) => /^[a-z_]+(\.[a-z_]+|\[\]\.[a-z_]+)?$/.test(path));
    const shown = top.filter(({ path }) => new RegExp(`\\b${path.split(/\.|\[\]\./).at(-1)}:`).test(exampleText));
    const left = top.filter((field) => !shown.includes(field)).map(({ path }) => path);
    expect(
      left.filter(
        (path) => !/^aws\..*(role|boundary)|^parameters\.(code_commit|user_whitelist|container_namespace)/.test(path),
      ),
    ).toEqual([]);
  });

  test('obeys the schema as ajv reads it', () => {
    const validate = new Ajv2020({ strict: false, useDefaults: true }).compile(schema);
    expect(validate(parse(exampleText))).toBe(true);
  });
});
