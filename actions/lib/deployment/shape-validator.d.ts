import type { DeploymentFileValue } from './file-value.ts';

/** One violation of the schema, as ajv reports it. */
export type ShapeError = {
  /** JSON pointer of the offending value. */
  instancePath: string;
  /** The schema's keyword that is violated, e.g. `pattern`. */
  keyword: string;
  params: Record<string, unknown>;
};

/** Fills in defaults in place; violations are in `validate.errors` until the next call. */
export const validate: ((value: unknown) => value is DeploymentFileValue) & { errors?: ShapeError[] | null };
