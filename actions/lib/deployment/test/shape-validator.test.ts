import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import schema from '../../../../schemas/opensarlab.schema.json' with { type: 'json' };
import { shapeValidatorCode } from '../../../../scripts/reference-data/compile-shape-validator.ts';
import { exampleText, variantText } from '../../../../test/fixtures/example-deployment.ts';
import { validate } from '../shape-validator.js';

const committed = readFileSync(new URL('../shape-validator.js', import.meta.url), 'utf8');

test('the compiled validator is made from the schema as it is', () => {
  const [first] = committed.split('\n');
  expect(first, 'run `node scripts/reference-data/compile-shape-validator.ts`').toBe(
    shapeValidatorCode().split('\n')[0],
  );
});

test('it needs no other module', () => {
  expect(committed).not.toMatch(/\b(import|require)\b/);
});

describe('it says what ajv says', () => {
  const reference = new Ajv2020({ allErrors: true, useDefaults: true, strict: false }).compile(schema);

  /** Violations and the value with defaults, from both. */
  function both(value: unknown) {
    const [mine, theirs] = [structuredClone(value), structuredClone(value)];
    const report = (errors: typeof validate.errors | typeof reference.errors) =>
      (errors ?? []).map(({ instancePath, keyword, params }) => JSON.stringify([instancePath, keyword, params])).sort();
    validate(mine);
    reference(theirs);
    return [
      [report(validate.errors), mine],
      [report(reference.errors), theirs],
    ];
  }

  test.each([
    ['the example', exampleText],
    ['another deployment', variantText],
  ])('of %s', (_, text) => {
    const [mine, theirs] = both(parse(text));
    expect(mine).toEqual(theirs);
    expect(mine?.[0]).toEqual([]);
  });

  test('of whatever is put anywhere into the example', () => {
    const paths: (string | number)[][] = [];
    const collect = (value: unknown, path: (string | number)[]): void => {
      paths.push(path);
      if (Array.isArray(value)) for (const [index, item] of value.entries()) collect(item, [...path, index]);
      else if (typeof value === 'object' && value !== null) {
        for (const [name, field] of Object.entries(value)) collect(field, [...path, name]);
      }
    };
    collect(parse(exampleText), []);
    const junk = fc.oneof(
      fc.constantFrom(
        undefined,
        null,
        true,
        0,
        -1,
        1.5,
        1e9,
        '',
        'x',
        'load balancer',
        '500Gi',
        [],
        [1, 1],
        {},
        { name: 'a' },
      ),
      fc.string(),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...paths.slice(1)), junk), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const value = parse(exampleText) as unknown;
          for (const [path, to] of changes) put(value, path, to);
          const [mine, theirs] = both(value);
          expect(mine).toEqual(theirs);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** Sets what the path leads to, or removes it; nothing when an earlier change took its parent away. */
function put(root: unknown, path: readonly (string | number)[], value: unknown): void {
  const parent = path.slice(0, -1).reduce<unknown>((inner, name) => {
    return typeof inner === 'object' && inner !== null ? (inner as Record<string | number, unknown>)[name] : undefined;
  }, root);
  const name = path.at(-1);
  if (typeof parent !== 'object' || parent === null || name === undefined) return;
  if (value === undefined) Reflect.deleteProperty(parent, name);
  else Reflect.set(parent, name, value);
}
