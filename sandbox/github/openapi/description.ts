/** A JSON Schema (draft 7) as plain data. */
export type JsonSchema = { [keyword: string]: unknown } | boolean;

export type OperationParameter = {
  name: string;
  in: 'path' | 'query';
  required: boolean;
  /** A path parameter that may hold slashes, such as a file's path or a branch (`x-multi-segment`). */
  multiSegment?: true;
  schema: JsonSchema;
};

/** What GitHub's description says of one operation, without prose. */
export type OperationDescription = {
  method: string;
  /** Path template, e.g. `/repos/{owner}/{repo}/pulls`. */
  path: string;
  parameters: OperationParameter[];
  body?: { required: boolean; schema: JsonSchema };
  /** By status: the JSON body's schema, or null for a response without one. Error responses are left out. */
  responses: Record<string, JsonSchema | null>;
};

/** The content of operations.data.json. References between schemas have the form `#/schemas/<name>`. */
export type ServedDescription = {
  source: { package: string; version: string; file: string; license: string };
  operations: Record<string, OperationDescription>;
  schemas: Record<string, JsonSchema>;
};
