import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../setup/install.mjs';
import { constraintsOf, typeOf } from './field-facts.ts';
import { currentPages } from './generate.ts';
import { anchorOf } from './markdown-page.ts';
import { renderReference } from './render-reference.ts';
import { schemaFields } from './schema-fields.ts';

const pages = Object.entries(await currentPages());

describe.each(pages)('%s', (path, current) => {
  const committed = readFileSync(join(root, path), 'utf8');

  it('is what its sources say (run `npm run reference` when this fails)', () => {
    expect(committed).toBe(current);
  });

  it('has a heading for every link', () => {
    const anchors = new Set([...committed.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading)));
    const targets = [...committed.matchAll(/\]\(#([^)]+)\)/g)].map(([, target = '']) => target);
    expect(targets.length).toBeGreaterThan(2);
    expect(targets.filter((target) => !anchors.has(target))).toEqual([]);
  });
});

describe('renderReference', () => {
  const page = renderReference({
    schema: {
      properties: {
        aws: {
          title: 'AWS account',
          description: 'Where it lives.',
          type: 'object',
          required: ['region'],
          properties: {
            region: {
              title: 'Region',
              description: 'The region.',
              type: 'string',
              pattern: '^a|b$',
              examples: ['us-west-2'],
            },
            role: { $ref: '#/$defs/role', title: 'Role', description: 'A role.', default: 'opensarlab-plan' },
          },
        },
        nodes: {
          title: 'Nodes',
          description: 'Machines.',
          type: 'array',
          maxItems: 30,
          items: {
            type: 'object',
            properties: { name: { title: 'Name', description: 'Its name.', type: 'string', examples: ['012'] } },
          },
        },
      },
      $defs: { role: { type: 'string', maxLength: 64 } },
    },
    codes: {
      OSL010: { severity: 'error', rule: 'Required fields are there.', cause: 'One | forgotten.', remedy: 'Add it.' },
    },
  });

  it('has a section for each field with its type, default, constraint and example', () => {
    expect(page).toContain(
      [
        '### `aws.region`',
        '**Region.** The region.',
        '- Type: text\n- Required\n- Constraint: pattern `^a|b$`\n- Example: `region: us-west-2`',
        '### `aws.role`',
        '**Role.** A role.',
        '- Type: text\n- Default: `opensarlab-plan`\n- Constraint: at most 64 characters',
      ].join('\n\n'),
    );
    expect(page).toContain('### `nodes[].name`');
    expect(page).toContain('- Example: `name: "012"`');
  });

  it('has a table of contents and of the codes', () => {
    expect(page).toContain('- [`aws`](#aws): [`region`](#awsregion), [`role`](#awsrole)');
    expect(page).toContain('| [OSL010](#osl010) | error | Required fields are there. |');
    expect(page).toContain(
      '### OSL010\n\n**Required fields are there.** (error)\n\n- Cause: One | forgotten.\n- Remedy: Add it.',
    );
  });
});

describe('the words for a field', () => {
  it.each([
    [{ type: 'integer', minimum: 0, maximum: 10 }, 'whole number', ['0 to 10']],
    [{ type: 'string', enum: ['a', 'b', 'c'] }, 'a, b or c', []],
    [{ type: ['string', 'number'] }, 'text or number', []],
    [
      { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'integer' } }] },
      'text or list of whole number',
      [],
    ],
    [
      { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'string', maxLength: 9 } },
      'list of text',
      ['at least 1 entry', 'no entry twice', 'each entry: at most 9 characters'],
    ],
    [{ type: 'number', exclusiveMinimum: 0 }, 'number', ['more than 0']],
  ])('%j', (schema, type, constraints) => {
    expect(typeOf(schema)).toBe(type);
    expect(constraintsOf(schema)).toEqual(constraints);
  });
});

describe('schemaFields', () => {
  it('refuses a reference to nothing', () => {
    expect(() => schemaFields({ properties: { a: { $ref: '#/$defs/none' } } })).toThrow(
      'The schema has no #/$defs/none.',
    );
  });
});
