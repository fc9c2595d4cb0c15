import type { Finding } from './finding.ts';
import { nearMiss } from './near-miss.ts';
import { plainValue, quoteValue } from './quote-value.ts';
import { whyRetired } from './retired-fields.ts';
import type { ErrorObject } from './shape.ts';

type Params = Record<string, unknown>;

/** The schema's violations in sentences, each once. */
export function shapeFindings(errors: readonly ErrorObject[]): Finding[] {
  const seen = new Set<string>();
  return errors
    .map((error) => describe(error))
    .filter((finding) => {
      const key = `${finding.code} ${finding.path} ${finding.message}`;
      return !seen.has(key) && seen.add(key);
    });
}

function describe(error: ErrorObject): Finding {
  const params = error.params as Params;
  const field = fieldName(error.instancePath);
  const value = quoteValue(error.data);
  const hint = descriptionOf(error);
  const at = { path: error.instancePath, ...(hint === undefined ? {} : { hint }) };
  switch (error.keyword) {
    case 'required':
      return missing(error, String(params.missingProperty));
    case 'additionalProperties':
      return unknownField(error, String(params.additionalProperty));
    case 'type':
      return wrongType(error, String(params.type));
    case 'pattern':
      return { code: 'OSL013', ...at, message: `${field} cannot be ${value}.` };
    case 'enum':
      return { code: 'OSL015', ...at, message: `${field} must be ${listOf(params.allowedValues)}, not ${value}.` };
    case 'uniqueItems':
      return { code: 'OSL016', ...at, message: `${field} has the same entry twice (${params.j} and ${params.i}).` };
    default:
      return { code: 'OSL014', ...at, message: `${field} ${limitSentence(error, params)}` };
  }
}

function missing(error: ErrorObject, name: string): Finding {
  const description = propertyDescription(error, name);
  const inside = error.instancePath === '' ? 'The file' : fieldName(error.instancePath);
  return {
    code: 'OSL010',
    path: error.instancePath,
    part: 'key',
    message: `${inside} lacks the required field ${name}.`,
    ...(description === undefined ? {} : { hint: description }),
  };
}

function unknownField(error: ErrorObject, name: string): Finding {
  const path = `${error.instancePath}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const known = Object.keys(propertiesOf(error));
  const near = nearMiss(name, known);
  const hint =
    whyRetired(path) ?? (near === undefined ? `Known fields here: ${known.join(', ')}.` : `Did you mean ${near}?`);
  const inside = error.instancePath === '' ? 'the file' : fieldName(error.instancePath);
  return { code: 'OSL011', path, part: 'key', message: `There is no field ${plainValue(name)} in ${inside}.`, hint };
}

function wrongType(error: ErrorObject, expected: string): Finding {
  const field = fieldName(error.instancePath);
  const quoted = expected === 'string' && ['number', 'boolean'].includes(typeof error.data);
  const hint = quoted
    ? `Put it in quotes: "${String(error.data)}". Without quotes YAML reads it as another type.`
    : descriptionOf(error);
  return {
    code: 'OSL012',
    path: error.instancePath,
    message: `${field} must be ${typeName(expected)}, not ${quoteValue(error.data)}.`,
    ...(hint === undefined ? {} : { hint }),
  };
}

function limitSentence(error: ErrorObject, params: Params): string {
  const limit = String(params.limit);
  const length = typeof error.data === 'string' ? ` It has ${error.data.length}.` : '';
  const entries = Array.isArray(error.data) ? ` It has ${error.data.length}.` : '';
  switch (error.keyword) {
    case 'minimum':
      return `must be at least ${limit}, not ${quoteValue(error.data)}.`;
    case 'maximum':
      return `must be at most ${limit}, not ${quoteValue(error.data)}.`;
    case 'exclusiveMinimum':
      return `must be more than ${limit}, not ${quoteValue(error.data)}.`;
    case 'minLength':
      return `must have at least ${limit} characters.${length}`;
    case 'maxLength':
      return `must have at most ${limit} characters.${length}`;
    case 'minItems':
      return `must have at least ${limit} entries.${entries}`;
    case 'maxItems':
      return `must have at most ${limit} entries.${entries}`;
    default:
      return `is not allowed (${error.keyword}).`;
  }
}

/** `/nodes/0/name` → `nodes[0].name`, as people write it. */
function fieldName(path: string): string {
  if (path === '') return 'The file';
  return plainValue(
    path
      .slice(1)
      .replace(/\/(\d+)(?=\/|$)/g, '[$1]')
      .replaceAll('/', '.'),
  );
}

function typeName(type: string): string {
  const names: Record<string, string> = {
    string: 'text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a group of fields',
  };
  return names[type] ?? type;
}

function listOf(values: unknown): string {
  return Array.isArray(values) ? values.map(String).join(' or ') : String(values);
}

function descriptionOf(error: ErrorObject): string | undefined {
  const description: unknown = error.parentSchema?.description;
  return typeof description === 'string' ? description : undefined;
}

function propertiesOf(error: ErrorObject): Record<string, { description?: string } | undefined> {
  return (error.parentSchema?.properties ?? {}) as Record<string, { description?: string } | undefined>;
}

function propertyDescription(error: ErrorObject, name: string): string | undefined {
  const properties = propertiesOf(error);
  return Object.hasOwn(properties, name) ? properties[name]?.description : undefined;
}
