import { NormalizedSchema } from '@smithy/core/schema';

export type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];

/** One operation as the SDK client describes it. */
export type OperationSchema = {
  readonly name: string;
  /** Method, path template with static query, and status of success; REST protocols only. */
  readonly http: { method: string; uri: string; status: number } | undefined;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
};

/** One modelled exception. */
export type ErrorSchema = {
  readonly name: string;
  /** What the query protocols call it, where that differs from the name (Smithy trait awsQueryError). */
  readonly queryCode: string | undefined;
  readonly status: number | undefined;
};

/** What a client knows of its service: operations by name, exceptions by name and by query error code. */
export type ServiceSchemas = {
  readonly operations: ReadonlyMap<string, OperationSchema>;
  readonly errors: ReadonlyMap<string, ErrorSchema>;
};

/** First entry of the clients' static schema arrays (@smithy/types, schema/static-schemas). */
const STATIC_OPERATION = 9;
const STATIC_ERROR = -3;

/**
 * Collects the schemas that an SDK client package exports (`CreateStack$`, `AlreadyExistsException$` …).
 * @param client the package's namespace object
 */
export function readSchemas(client: Readonly<Record<string, unknown>>): ServiceSchemas {
  const operations = new Map<string, OperationSchema>();
  const errors = new Map<string, ErrorSchema>();
  for (const exported of Object.values(client)) {
    if (!Array.isArray(exported)) continue;
    const fields: unknown[] = exported;
    if (fields[0] === STATIC_OPERATION) {
      const operation = readOperation(fields);
      operations.set(operation.name, operation);
    } else if (fields[0] === STATIC_ERROR) {
      const error = readError(fields);
      errors.set(error.name, error);
      if (error.queryCode !== undefined) errors.set(error.queryCode, error);
    }
  }
  return { operations, errors };
}

function readOperation(fields: unknown[]): OperationSchema {
  const traits = traitsOf(fields[3]);
  const http = traits['http'] as [string, string, number] | undefined;
  return {
    name: String(fields[2]),
    http: http && { method: http[0], uri: http[1], status: http[2] },
    // Read on demand: a client has hundreds of operations and a test calls three.
    get input() {
      return NormalizedSchema.of(fields[4] as SchemaRef);
    },
    get output() {
      return NormalizedSchema.of(fields[5] as SchemaRef);
    },
  };
}

function readError(fields: unknown[]): ErrorSchema {
  const traits = traitsOf(fields[3]);
  const query = traits['awsQueryError'] as [string, number] | undefined;
  const status = query?.[1] ?? traits['httpError'];
  return {
    name: String(fields[2]),
    queryCode: query?.[0],
    status: typeof status === 'number' ? status : undefined,
  };
}

/** Traits are an object or, where only flags are set, a bit vector, which neither operations nor errors need. */
const traitsOf = (traits: unknown): Record<string, unknown> =>
  typeof traits === 'object' && traits !== null ? (traits as Record<string, unknown>) : {};

/** Names of the members that the model marks as required; static structures list them first and state their number. */
export function requiredMembers(structure: NormalizedSchema): string[] {
  const fields: unknown = structure.getSchema();
  if (!Array.isArray(fields) || typeof fields[6] !== 'number') return [];
  return (fields[4] as string[]).slice(0, fields[6]);
}
