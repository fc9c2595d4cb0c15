import { ToolError } from '../../tools/run-tool.ts';

const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };

/**
 * A duration in Go's form, `1h30m`, `90s`, in seconds; a bare number counts as seconds, as kubectl has it.
 * @throws ToolError
 */
export function parseDuration(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  if (!/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(text))
    throw new ToolError(`error: invalid argument "${text}": time: invalid duration "${text}"`);
  return [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)].reduce(
    (total, [, amount, unit = 's']) => total + Number(amount) * (UNITS[unit] ?? 1),
    0,
  );
}
