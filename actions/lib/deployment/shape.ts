import type { DeploymentFileValue } from './file-value.ts';
import { type ShapeError, validate } from './shape-validator.js';

export type { ShapeError };

/** What the schema says about a value: the value with defaults filled in, or every violation. */
export type ShapeResult = { ok: true; value: DeploymentFileValue } | { ok: false; errors: readonly ShapeError[] };

/**
 * Checks a value against `schemas/opensarlab.schema.json` and fills in defaults, in place. The schema is compiled
 * beforehand (scripts/reference-data/compile-shape-validator.ts), so that nothing is compiled when a file is read.
 */
export function checkShape(value: unknown): ShapeResult {
  if (validate(value)) return { ok: true, value };
  return { ok: false, errors: validate.errors ?? [] };
}
