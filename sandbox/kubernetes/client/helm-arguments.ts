import { type CommandLine, lastValue, type OptionTable, parseCommandLine } from '../../tools/command-line.ts';
import { ToolError } from '../../tools/run-tool.ts';

const OPTIONS: OptionTable = {
  '--namespace': 'value',
  '--kubeconfig': 'value',
  '--kube-context': 'value',
  '--version': 'value',
  '--repo': 'value',
  '--values': 'value',
  '--set': 'value',
  '--set-string': 'value',
  '--set-file': 'value',
  '--set-json': 'value',
  '--timeout': 'value',
  '--output': 'value',
  '--description': 'value',
  '--history-max': 'value',
  '--dry-run': 'flag',
  '--install': 'flag',
  '--create-namespace': 'flag',
  '--wait': 'flag',
  '--wait-for-jobs': 'flag',
  '--atomic': 'flag',
  '--cleanup-on-fail': 'flag',
  '--reuse-values': 'flag',
  '--reset-values': 'flag',
  '--reset-then-reuse-values': 'flag',
  '--force-update': 'flag',
  '--ignore-not-found': 'flag',
  '--keep-history': 'flag',
  '--all-namespaces': 'flag',
  '--all': 'flag',
  '--short': 'flag',
  '--debug': 'flag',
};
const SHORTHANDS = {
  '-n': '--namespace',
  '-f': '--values',
  '-i': '--install',
  '-o': '--output',
  '-A': '--all-namespaces',
  '-a': '--all',
  '-q': '--short',
};

export type HelmLine = {
  positional: readonly string[];
  flag(name: string): boolean;
  value(name: string): string | undefined;
  values(name: string): string[];
};

/** @throws ToolError in Helm's words */
export function parseHelm(args: readonly string[]): HelmLine {
  let line: CommandLine;
  try {
    line = parseCommandLine(args, OPTIONS, SHORTHANDS);
  } catch (error) {
    if (error instanceof ToolError) throw new ToolError(`Error: ${error.message}`);
    throw error;
  }
  return {
    positional: line.positional,
    flag: (name) => line.flags.has(name),
    value: (name) => lastValue(line, name),
    values: (name) => line.values.get(name) ?? [],
  };
}
