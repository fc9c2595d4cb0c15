import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { exampleText, repositoryText } from '../../../../test/fixtures/example-deployment.ts';
import { nameLabel, parseIssueForm } from './parse-issue-form.ts';
import { questions } from './questions.ts';
import { exampleParts } from './scaffold-file.ts';

/** The body GitHub makes of a filled form. */
function bodyOf(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([label, answer]) => `### ${label}\n\n${answer}\n`)
    .join('\n');
}

type FormField = {
  type: string;
  id?: string;
  attributes: { label?: string; options?: string[]; default?: number; value?: string };
  validations?: { required?: boolean };
};
const form: { name: string; description: string; title: string; labels: string[]; body: FormField[] } = parse(
  repositoryText('.github/ISSUE_TEMPLATE/new-deployment.yml'),
);
const fields = form.body.filter(({ type }) => type !== 'markdown');

describe('the form “New deployment”', () => {
  it('asks by the headings that are read', () => {
    const labels = new Map<string, string>(questions.map(({ key, label }) => [key, label]));
    labels.set('name', nameLabel);
    expect(fields.map(({ id = '', attributes }) => [id, attributes.label])).toEqual(
      fields.map(({ id = '' }) => [id, labels.get(id)]),
    );
  });

  it('requires what is required, and offers what can be chosen', () => {
    for (const { key, required, choices, kind } of questions) {
      const field = fields.find(({ id }) => id === key);
      if (required && key !== 'cost_tag_key') expect(field?.validations?.required, key).toBe(true);
      if (field !== undefined && kind === 'choice') expect(field.attributes.options).toEqual(choices);
      if (field !== undefined && kind === 'profiles') {
        expect(field.attributes.options).toEqual(exampleParts(exampleText).profiles.map(({ name }) => name));
      }
    }
  });

  // docs.github.com: "Syntax for issue forms", "Common validation errors when creating issue forms".
  it('is one that GitHub takes', () => {
    expect(Object.keys(form).sort()).toEqual(['body', 'description', 'labels', 'name', 'title']);
    const allowed: Record<string, string[]> = {
      input: ['label', 'description', 'placeholder', 'value'],
      dropdown: ['label', 'description', 'multiple', 'options', 'default'],
      markdown: ['value'],
    };
    for (const { type, id, attributes, validations = {}, ...rest } of form.body) {
      expect(allowed[type]).toEqual(expect.arrayContaining(Object.keys(attributes)));
      expect(Object.keys(rest)).toEqual([]);
      expect(Object.keys(validations).filter((key) => key !== 'required')).toEqual([]);
      if (type !== 'markdown') expect(id).toMatch(/^[A-Za-z0-9_-]+$/);
      const { options = [], default: first = 0 } = attributes;
      expect(new Set(options).size).toBe(options.length);
      expect(options.every((option) => !/^(none|y|yes|n|no|true|false|on|off)$/i.test(option))).toBe(true);
      expect(first).toBeLessThan(Math.max(1, options.length));
    }
    expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length);
    expect(new Set(fields.map(({ attributes }) => attributes.label)).size).toBe(fields.length);
  });

  it('has the label that starts the workflow', () => {
    expect(form.labels).toEqual(['new-deployment']);
    expect(repositoryText('.github/workflows/scaffold.yml')).toContain("labels.*.name, 'new-deployment')");
  });
});

describe('parseIssueForm', () => {
  it('finds the answers and leaves out what was left empty', () => {
    const body = bodyOf({
      Name: 'sar',
      'AWS region': 'us-west-2',
      Owner: '_No response_',
      Profiles: 'Hello World, SAR 1',
    });
    const expected = { ok: true, name: 'sar', answers: { region: 'us-west-2', profiles: 'Hello World, SAR 1' } };
    expect(parseIssueForm(body)).toEqual(expected);
    expect(parseIssueForm(body.replaceAll('\n', '\r\n'))).toEqual(expected);
  });

  it.each([
    ['an issue without the form', 'Please give us a lab.', 'not written with the form'],
    ['an empty issue', '', 'not written with the form'],
    ['text before the first heading', `Hello\n${bodyOf({ Name: 'sar' })}`, 'not written with the form'],
    ['a heading twice', bodyOf({ Name: 'sar' }) + bodyOf({ Name: 'other' }), 'headings were changed'],
    ['an unknown field', bodyOf({ Name: 'sar', 'Deploy role': 'admin' }), 'no field "Deploy role"'],
    ['an answer of several lines', bodyOf({ Name: 'sar', Owner: 'a\n\nb' }), 'one line'],
    ['an answer with a heading in it', bodyOf({ Name: 'sar\n### Owner\n\n@x', Owner: '@y' }), 'headings were changed'],
    ['an answer with characters that hide', bodyOf({ Name: 'sar\u202e' }), 'invisible'],
    ['an answer without end', bodyOf({ Owner: 'x'.repeat(5000) }), 'one line'],
    ['a body without end', 'x'.repeat(70_000), 'too long'],
  ])('refuses %s', (_, body, message) => {
    const result = parseIssueForm(body);
    expect(result.ok ? '' : result.problems.map((problem) => problem.message).join(' ')).toContain(message);
  });

  it('answers for known questions only, whatever the body says', () => {
    const keys = new Set<string>(questions.map(({ key }) => key));
    const label = fc.oneof(
      fc.string(),
      fc.constantFrom('__proto__', 'constructor', nameLabel, ...questions.map((each) => each.label)),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(label, fc.string({ unit: 'binary', maxLength: 20 })), { maxLength: 8 }),
        (sections) => {
          const result = parseIssueForm(
            sections.map(([heading, answer]) => `### ${heading}\n\n${answer}\n`).join('\n'),
          );
          if (result.ok) expect(Object.keys(result.answers).filter((key) => !keys.has(key))).toEqual([]);
        },
      ),
    );
  });
});
