import { type CommandLine, lastValue, type OptionTable, parseCommandLine } from '../../tools/command-line.ts';
import { ToolError } from '../../tools/run-tool.ts';

/** Options of all commands together; kubectl lets them stand anywhere. */
const OPTIONS: OptionTable = {
  '--namespace': 'value',
  '--kubeconfig': 'value',
  '--context': 'value',
  '--output': 'value',
  '--filename': 'value',
  '--selector': 'value',
  '--timeout': 'value',
  '--for': 'value',
  '--replicas': 'value',
  '--from-literal': 'value',
  '--from-file': 'value',
  '--dry-run': 'value',
  '--address': 'value',
  '--tail': 'value',
  '--grace-period': 'value',
  '--field-manager': 'value',
  '--request-timeout': 'value',
  '--container': 'value',
  '--all': 'flag',
  '--all-namespaces': 'flag',
  '--ignore-not-found': 'flag',
  '--wait': 'flag',
  '--no-headers': 'flag',
  '--now': 'flag',
  '--force': 'flag',
  '--overwrite': 'flag',
  '--server-side': 'flag',
  '--client': 'flag',
};
const SHORTHANDS = {
  '-n': '--namespace',
  '-o': '--output',
  '-f': '--filename',
  '-l': '--selector',
  '-A': '--all-namespaces',
  '-c': '--container',
};

export type KubectlLine = {
  positional: readonly string[];
  flag(name: string): boolean;
  value(name: string): string | undefined;
  values(name: string): string[];
  /** `--wait` is on unless it is switched off. */
  waits: boolean;
};

/** @throws ToolError in kubectl's words */
export function parseKubectl(args: readonly string[]): KubectlLine {
  let line: CommandLine;
  try {
    line = parseCommandLine(args.flatMap(splitShorthand), OPTIONS, SHORTHANDS);
  } catch (error) {
    if (error instanceof ToolError) throw new ToolError(`error: ${error.message}\nSee 'kubectl --help' for usage.`);
    throw error;
  }
  return {
    positional: line.positional,
    flag: (name) => line.flags.has(name),
    value: (name) => lastValue(line, name),
    values: (name) => line.values.get(name) ?? [],
    waits: !args.includes('--wait=false'),
  };
}

/** `-ojson` is `-o json`. */
function splitShorthand(argument: string): string[] {
  const match = /^(-[noflc])([^=].*)$/.exec(argument);
  return match ? [match[1] ?? '', match[2] ?? ''] : [argument];
}
