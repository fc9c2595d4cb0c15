import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { ToolError, type ToolInput } from '../../tools/run-tool.ts';
import type { Values } from '../helm/release.ts';
import { applySet, applySetFile, mergeValues, ValuesError } from '../helm/values.ts';
import type { HelmLine } from './helm-arguments.ts';

/**
 * The values of a command, later ones over earlier ones: files in order, `--set-json`, `--set`, `--set-string`,
 * `--set-file` (helm/pkg/cli/values/options.go).
 * @throws ToolError in Helm's words
 */
export async function commandValues(input: ToolInput, line: HelmLine): Promise<Values> {
  let values: Values = {};
  for (const name of line.values('--values')) values = mergeValues(values, await readValues(input, name));
  try {
    for (const expression of line.values('--set-json')) values = setJson(values, expression);
    for (const expression of line.values('--set')) values = applySet(values, expression, 'typed');
    for (const expression of line.values('--set-string')) values = applySet(values, expression, 'string');
    for (const expression of line.values('--set-file')) {
      const [path, name] = splitOnce(expression);
      values = applySetFile(values, path, await readText(input, name));
    }
  } catch (error) {
    if (error instanceof ValuesError) throw new ToolError(`Error: ${error.message}`);
    throw error;
  }
  return values;
}

async function readValues(input: ToolInput, name: string): Promise<Values> {
  const text = await readText(input, name);
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new ToolError(`Error: failed to parse ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new ToolError(
      `Error: failed to parse ${name}: error unmarshaling JSON: json: cannot unmarshal into Go value of type map[string]interface {}`,
    );
  }
  return value as Values;
}

async function readText(input: ToolInput, name: string): Promise<string> {
  if (name === '-') return input.stdin();
  try {
    return await readFile(resolve(input.folder, name), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new ToolError(`Error: open ${name}: no such file or directory`);
  }
}

function setJson(values: Values, expression: string): Values {
  if (expression.trim().startsWith('{')) return mergeValues(values, JSON.parse(expression) as Values);
  const [path, json] = splitOnce(expression);
  const placed = applySetFile({}, path, '') as Values;
  return mergeValues(values, replaceLeaf(placed, JSON.parse(json)) as Values);
}

/** Puts a value where the one empty text is. */
const replaceLeaf = (value: unknown, leaf: unknown): unknown => {
  if (value === '') return leaf;
  if (Array.isArray(value)) return value.map((each) => replaceLeaf(each, leaf));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replaceLeaf(each, leaf)]));
};

function splitOnce(text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals < 0) throw new ToolError(`Error: failed parsing data: key "${text}" has no value`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}
