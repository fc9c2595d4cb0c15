import { Ajv, type ErrorObject } from 'ajv';
import type { Values } from './release.ts';

/** Checks values against a chart's `values.schema.json`, once compiled. */
export function schemaCheck(schema: object): (values: Values) => string[] {
  const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);
  return (values) => {
    if (validate(values)) return [];
    return [...new Set((validate.errors ?? []).map(describe))].sort();
  };
}

/** One violation in the words of Helm 3.18 and newer (santhosh-tekuri/jsonschema, its error kinds). */
function describe({ instancePath, keyword, params, message }: ErrorObject): string {
  const at = `at '${instancePath}'`;
  switch (keyword) {
    case 'additionalProperties':
      return `${at}: additional properties '${params['additionalProperty']}' not allowed`;
    case 'required':
      return `${at}: missing property '${params['missingProperty']}'`;
    case 'type':
      return `${at}: want ${[params['type']].flat().join(' or ')}`;
    case 'enum':
      return `${at}: value must be one of ${(params['allowedValues'] as unknown[]).map((each) => (each === null ? '<nil>' : `'${String(each)}'`)).join(', ')}`;
    default:
      return `${at}: ${message ?? keyword}`;
  }
}
