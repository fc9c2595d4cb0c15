import type { CodeEntry } from '../../actions/lib/deployment/codes/code-entry.ts';
import { longestName, namesFor } from '../../actions/lib/deployment/names.ts';
import { codeText, constraintsOf, listOf, typeOf, yamlCode } from './field-facts.ts';
import { linkTo, prose, table } from './markdown-page.ts';
import { type Schema, type SchemaField, schemaFields } from './schema-fields.ts';

/** What the reference is made from. */
export type ReferenceSources = { schema: Schema; codes: Readonly<Record<string, CodeEntry>> };

/** Regions whose longest names are listed: short, usual and long names of regions. */
const listedRegions = ['us-west-2', 'us-east-1', 'eu-central-1', 'ca-central-1', 'ap-southeast-2', 'us-gov-west-1'];

const findingsHeading = 'What the checks find';
const namesHeading = 'Names in AWS';

/** The reference of `opensarlab.yaml` as Markdown: the same sources, the same text. */
export function renderReference({ schema, codes }: ReferenceSources): string {
  const sections = schemaFields(schema);
  return `${[
    ...introduction(),
    ...contents(sections),
    ...sections.flatMap((section) => sectionText(section)),
    ...namesText(),
    ...findingsText(codes),
  ].join('\n\n')}\n`;
}

function introduction(): string[] {
  return [
    '# `opensarlab.yaml`',
    '<!-- Made by scripts/reference/generate.ts from schemas/opensarlab.schema.json and the codes of the checks. -->',
    'One file, `deployments/<name>/opensarlab.yaml`, declares one OpenSARlab. `npx opensarlab new <name>` writes it, `npx opensarlab validate` checks it, and a pull request shows what it would change. [The commented example](../../deployments/_example/opensarlab.yaml) has most fields in their place.',
    'With this first line an editor that knows YAML completes fields and shows their descriptions (in VS Code: the extension YAML of Red Hat):',
    '```yaml\n# yaml-language-server: $schema=../../schemas/opensarlab.schema.json\n```',
    'The file is YAML 1.2: `true` and `false` are the only words for truth, and text that looks like a number needs quotes. Fields that are not listed here are refused.',
  ];
}

function contents(sections: readonly SchemaField[]): string[] {
  const entries = sections.map((section) => {
    const inner = section.fields.map(({ path, name }) => linkTo(path, codeText(name)));
    return `- ${linkTo(section.path, codeText(section.path))}${inner.length === 0 ? '' : `: ${inner.join(', ')}`}`;
  });
  return ['## Contents', [...entries, `- ${linkTo(namesHeading)}`, `- ${linkTo(findingsHeading)}`].join('\n')];
}

function sectionText(section: SchemaField): string[] {
  if (section.fields.length === 0) return [`## ${codeText(section.path)}`, ...factsOf(section)];
  const fields = flatten(section.fields);
  return [
    `## ${codeText(section.path)}`,
    ...factsOf(section),
    overview(section.fields),
    ...fields.flatMap((field) => [`### ${codeText(field.path)}`, ...factsOf(field)]),
  ];
}

/** The fields of a section and of the groups in it. */
function flatten(fields: readonly SchemaField[]): SchemaField[] {
  return fields.flatMap((field) => [field, ...flatten(field.fields)]);
}

function overview(fields: readonly SchemaField[]): string {
  const rows = fields.map((field) => {
    const { path, name, schema, required } = field;
    return [linkTo(path, codeText(name)), schema.title ?? '', typeOf(schema), required ? 'required' : defaultOf(field)];
  });
  return table(['field', '', 'type', 'default'], rows);
}

function factsOf(field: SchemaField): string[] {
  const { schema, required } = field;
  const { title, description = '', deprecated, examples } = schema;
  const constraints = constraintsOf(schema);
  const facts = [
    `- Type: ${typeOf(schema)}`,
    required ? '- Required' : `- Default: ${defaultOf(field)}`,
    ...(constraints.length === 0 ? [] : [`- Constraint: ${constraints.join('; ')}`]),
    ...exampleLines(field.name, examples),
  ];
  const heading =
    title === undefined
      ? []
      : [`**${title}.** ${deprecated === true ? '_Kept for old files._ ' : ''}${prose(description)}`];
  return [...heading, facts.join('\n')];
}

function defaultOf({ schema }: SchemaField): string {
  const { default: value } = schema;
  if (value === undefined) return 'none';
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) {
    return Array.isArray(value) ? 'empty' : 'the defaults of its fields';
  }
  return yamlCode(value);
}

function exampleLines(name: string, examples: readonly unknown[] = []): string[] {
  const flat = examples.filter((example) => typeof example !== 'object');
  return flat.length === 0
    ? []
    : [
        `- Example: ${listOf(
          flat.map((example) => codeText(`${name}: ${scalar(example)}`)),
          'or',
        )}`,
      ];
}

/** In quotes where YAML would read a text as something else. */
function scalar(example: unknown): string {
  if (typeof example !== 'string') return JSON.stringify(example);
  return /^[A-Za-z/][\w ./:@+,-]*$/.test(example) ? example : JSON.stringify(example);
}

function namesText(): string[] {
  const room = listedRegions.map((region) => [codeText(region), String(longestName(region))]);
  const probe = {
    name: 'NAME',
    region: 'REGION',
    images: ['IMAGE'],
    namespace: 'NAME-container',
    serviceAccounts: ['SERVICE-ACCOUNT'],
  };
  const names = namesFor(probe).map(({ resource, name, limit, source }) => [
    resource,
    codeText(name),
    String(limit),
    source,
  ]);
  return [
    `## ${namesHeading}`,
    'Everything in AWS is called after the deployment and its region. `npx opensarlab names <name>` lists the names with what is left of each limit. The tightest limit decides how long a deployment’s name may be:',
    table(['region', 'longest name'], room),
    table(['resource', 'name', 'limit', 'source of the limit'], names),
  ];
}

function findingsText(codes: Readonly<Record<string, CodeEntry>>): string[] {
  const sorted = Object.entries(codes).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `## ${findingsHeading}`,
    'Every finding has a code. Errors stop a deployment, warnings do not.',
    table(
      ['code', '', 'rule'],
      sorted.map(([code, { severity, rule }]) => [linkTo(code), severity, prose(rule)]),
    ),
    ...sorted.flatMap(([code, { severity, rule, cause, remedy }]) => [
      `### ${code}`,
      `**${prose(rule)}** (${severity})`,
      `- Cause: ${prose(cause)}\n- Remedy: ${prose(remedy)}`,
    ]),
  ];
}
