import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import schema from '../../../schemas/opensarlab.schema.json' with { type: 'json' };
import type { DeploymentFileValue } from './file-value.ts';

let compiled: ValidateFunction<DeploymentFileValue> | undefined;

/** What the schema says about a value: the value with defaults filled in, or every violation. */
export type ShapeResult = { ok: true; value: DeploymentFileValue } | { ok: false; errors: readonly ErrorObject[] };

/** Checks a value against `schemas/opensarlab.schema.json` and fills in defaults, in place. The only user of ajv. */
export function checkShape(value: unknown): ShapeResult {
  compiled ??= new Ajv2020({ allErrors: true, verbose: true, useDefaults: true }).compile<DeploymentFileValue>(schema);
  if (compiled(value)) return { ok: true, value };
  return { ok: false, errors: compiled.errors ?? [] };
}

export type { ErrorObject };
