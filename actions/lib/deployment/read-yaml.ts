import { CORE_SCHEMA, load } from 'js-yaml';
import type { Finding } from './finding.ts';
import { createPositionFinder, type Position } from './position.ts';
import { plainValue } from './quote-value.ts';

/** Largest file, 1 MiB; real ones have a few KiB. */
export const largestFile = 1024 * 1024;

/** Most aliases (`*name`) and deepest nesting in one file; enough for people, too little for an alias bomb. */
const limits = { schema: CORE_SCHEMA, maxAliases: 100, maxDepth: 20 };

const duplicateKey = 'OSL003';

/** A syntax finding knows its place: there is no value that a pointer could point into. */
export type SyntaxFinding = Omit<Finding, 'path'> & Position;

/** A text that is wrong only in duplicate keys still has a value, so that its other mistakes are found too. */
export type YamlResult =
  | { ok: true; value: unknown; findings: SyntaxFinding[] }
  | { ok: false; findings: SyntaxFinding[] };

/**
 * Reads YAML 1.2 (core schema: no merge keys, no dates, `no` and `on` are text) with limits on size, aliases and nesting.
 * Duplicate keys are errors. Only when the fast parser refuses, the position-keeping one names all mistakes.
 */
export function readYaml(text: string): YamlResult {
  const refused = refuseText(text);
  if (refused !== undefined) return { ok: false, findings: [refused] };
  try {
    return { ok: true, value: load(text, limits), findings: [] };
  } catch (error) {
    const findings = syntaxFindings(text, error);
    if (findings.some(({ code }) => code !== duplicateKey)) return { ok: false, findings };
    // With `json` the last of several equal keys counts.
    return { ok: true, value: load(text, { ...limits, json: true }), findings };
  }
}

function refuseText(text: string): SyntaxFinding | undefined {
  const at = { line: 1, column: 1 };
  if (text.length > largestFile) {
    return {
      code: 'OSL001',
      ...at,
      message: `The file has ${text.length} characters; at most ${largestFile} are read.`,
    };
  }
  if (text.trim() === '') return { code: 'OSL002', ...at, message: 'The file is empty.' };
  return undefined;
}

function syntaxFindings(text: string, error: unknown): SyntaxFinding[] {
  const first = fromException(error);
  if (first.tooDeep) return [first.finding];
  const all = createPositionFinder(text).syntaxErrors();
  if (all.length === 0) return [first.finding];
  return all.map(({ line, column, reason, duplicateKey: twice }) => ({
    code: twice ? duplicateKey : 'OSL002',
    line,
    column,
    message: twice ? 'This key is there twice.' : `The file is not valid YAML: ${plainValue(reason)}`,
    ...(twice ? { hint: 'Remove one of the two; YAML allows each key once.' } : {}),
  }));
}

function fromException(error: unknown): { finding: SyntaxFinding; tooDeep: boolean } {
  const { reason, mark } = error as { reason?: unknown; mark?: { line: number; column: number } };
  const text = typeof reason === 'string' ? reason : String(error);
  const tooDeep = error instanceof RangeError || /depth|nesting|alias/i.test(text);
  const position = { line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1 };
  return { finding: { code: 'OSL002', ...position, message: `The file cannot be read: ${plainValue(text)}` }, tooDeep };
}
