import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { JsonSchema, OperationDescription, ServedDescription } from './description.ts';
import type { ServedOperation } from './served-operations.ts';
import { undescribedOperations } from './undescribed-operations.ts';

/** The name the description's schemas are registered under, so that operations can refer to them. */
const DOCUMENT = 'github.json';

/**
 * Formats of GitHub's description that are no JSON Schema formats; any text passes. So does any `email`: the address of
 * GitHub's own bots, `…+github-actions[bot]@users.noreply.github.com`, is not one by RFC 5321.
 */
const OTHER_FORMATS = ['repo.nwo', 'ssh-key', 'alternate-ssh-key', 'timestamp', 'int64', 'int32', 'email'];

type Purpose = 'parameters' | 'body' | 'response';

let loaded: ServedDescription | undefined;
const compilers = new Map<Purpose, Ajv>();
const compiled = new Map<string, ValidateFunction>();

/** GitHub's description of the operations the sandbox serves, with those it lacks; read on first use. */
export function servedDescription(): ServedDescription {
  if (loaded === undefined) {
    const text = readFileSync(join(import.meta.dirname, 'operations.data.json'), 'utf8');
    const described = JSON.parse(text.replaceAll('"$ref":"#/', `"$ref":"${DOCUMENT}#/`)) as ServedDescription;
    loaded = { ...described, operations: { ...described.operations, ...undescribedOperations } };
  }
  return loaded;
}

/** @throws Error when the operation was not extracted */
export function operationDescription(id: ServedOperation): OperationDescription {
  const description = servedDescription().operations[id];
  if (description === undefined) throw new Error(`operations.data.json has no ${id}; run openapi/extract.ts.`);
  return description;
}

/**
 * Checks path or query parameters. Numbers and booleans arrive as text and are converted in place; missing parameters
 * get their default.
 * @returns GitHub's sentences about what is wrong; empty when nothing is
 */
export function checkParameters(id: ServedOperation, place: 'path' | 'query', values: object): string[] {
  const parameters = operationDescription(id).parameters.filter((parameter) => parameter.in === place);
  const schema = {
    type: 'object',
    properties: Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.schema])),
    required: parameters.filter((parameter) => parameter.required).map((parameter) => parameter.name),
  };
  return check('parameters', `${id} ${place}`, schema, values).map(sentence);
}

/** @param body the parsed JSON, or undefined when the request had none; defaults are filled in */
export function checkBody(id: ServedOperation, body: unknown): string[] {
  const description = operationDescription(id).body;
  if (description === undefined) return [];
  if (body === undefined) return description.required ? ['A request body is required.'] : [];
  return check('body', `${id} body`, description.schema, body).map(sentence);
}

/**
 * Checks one of our own responses.
 * @param body undefined when there is none
 * @returns what contradicts GitHub's description; empty when nothing does
 */
export function checkResponse(id: ServedOperation, status: number, body: unknown): string[] {
  const schema = operationDescription(id).responses[String(status)];
  if (schema === undefined) return [`GitHub does not answer ${id} with ${status}`];
  if (schema === null) return body === undefined ? [] : [`GitHub answers ${id} with ${status} without a body`];
  if (body === undefined) return [`GitHub answers ${id} with ${status} and a body`];
  const errors = check('response', `${id} ${status}`, schema, body);
  return errors.map((error) => `${error.instancePath || '/'} ${error.message ?? error.keyword}`);
}

function check(purpose: Purpose, key: string, schema: JsonSchema, value: unknown): ErrorObject[] {
  let validate = compiled.get(key);
  if (validate === undefined) {
    validate = compiler(purpose).compile(schema);
    compiled.set(key, validate);
  }
  return validate(value) ? [] : (validate.errors ?? []);
}

function compiler(purpose: Purpose): Ajv {
  const existing = compilers.get(purpose);
  if (existing !== undefined) return existing;
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    verbose: true,
    coerceTypes: purpose === 'parameters',
    useDefaults: purpose !== 'response',
  });
  formats.default(ajv);
  for (const format of OTHER_FORMATS) ajv.addFormat(format, true);
  ajv.addSchema({ $id: DOCUMENT, schemas: servedDescription().schemas });
  compilers.set(purpose, ajv);
  return ajv;
}

/** An error in the words of GitHub's "Invalid request" responses. */
function sentence(error: ErrorObject): string {
  const params: Record<string, unknown> = error.params;
  if (error.keyword === 'required') return `"${String(params['missingProperty'])}" wasn't supplied.`;
  if (error.keyword === 'additionalProperties') {
    return `"${String(params['additionalProperty'])}" is not a permitted key.`;
  }
  const place = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => `/${part}`);
  const value = JSON.stringify(error.data) ?? 'undefined';
  if (error.keyword === 'type') return `For 'properties${place.join('')}', ${value} is not of type ${params['type']}.`;
  return `For 'properties${place.join('')}', ${value}: ${error.message ?? error.keyword}.`;
}
