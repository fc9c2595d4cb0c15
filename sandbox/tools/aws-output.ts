import { compileJmesPath } from './jmespath.ts';
import { ToolError } from './run-tool.ts';

/**
 * An API's answer as the command line prints it (docs.aws.amazon.com/cli/latest/userguide/cli-usage-output-format.html).
 * @param answer the operation's output without metadata
 * @param options.query a JMESPath expression
 * @throws ToolError for text output of nested structures, which the stand-in does not lay out
 */
export function formatOutput(answer: object, options: { output: string; query: string | undefined }): string {
  // Dates become text and absent members disappear, as on the wire.
  const plain: unknown = JSON.parse(JSON.stringify(answer));
  const value = options.query === undefined ? plain : compileJmesPath(options.query)(plain);
  if (options.output === 'json') return `${JSON.stringify(value, null, 4)}\n`;
  if (options.output === 'text') return `${textOf(value)}\n`;
  throw new ToolError(`Unknown output type: ${options.output}`, 252);
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.some(Array.isArray) ? value.map(rowOf).join('\n') : rowOf(value);
  return scalar(value);
}

const rowOf = (row: unknown): string => (Array.isArray(row) ? row.map(scalar).join('\t') : scalar(row));

function scalar(value: unknown): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'object') throw new ToolError('The sandbox prints only values and rows of values as text.', 252);
  return String(value);
}
