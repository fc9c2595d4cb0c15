import { load } from 'js-yaml';
import type { Diagnostic } from '../deployment/diagnostic.ts';
import { type Finding, placeFindings, sortDiagnostics } from '../deployment/finding.ts';
import { createPositionFinder } from '../deployment/position.ts';
import { readYaml } from '../deployment/read-yaml.ts';
import { toFailure } from '../failure.ts';
import { readVersions } from './versions.ts';

/** Path of the versions from the repository's root. */
export const versionsFile = 'cluster/versions.yaml';

/** Days before the end of support from which there is a warning. */
const warningDays = 90;

const dayMilliseconds = 86_400_000;

/**
 * Holds the end of support of every pinned version against a day.
 * @param text of `cluster/versions.yaml`
 * @param today the hours do not count; days are those of UTC
 * @returns a warning from 90 days before an end, an error after it, each at the line of the day
 */
export function checkVersions(text: string, today: Date): Diagnostic[] {
  try {
    readVersions(text);
  } catch (error) {
    const { message, hint, place: at } = toFailure(error);
    const place = { path: '', file: versionsFile, line: at?.line ?? 1, column: 1 };
    return [{ code: 'OSL403', severity: 'error', ...place, message, ...(hint === undefined ? {} : { hint }) }];
  }
  const findings = pinnedEntries(load(text), '').flatMap((entry) => findingOf(entry, today));
  return sortDiagnostics(placeFindings(findings, versionsFile, createPositionFinder(text, readYaml(text).root)));
}

/** A mapping with a version; `end` as it is in the file. */
type PinnedEntry = { path: string; version: string; end: unknown };

/** Every mapping with a `version`, at any depth. */
function pinnedEntries(value: unknown, path: string): PinnedEntry[] {
  if (typeof value !== 'object' || value === null) return [];
  const { version, end_of_support: end }: { version?: unknown; end_of_support?: unknown } = value;
  if (typeof version === 'string') return end === undefined ? [] : [{ path, version, end }];
  return Object.entries(value).flatMap(([key, inner]) => pinnedEntries(inner, `${path}/${key}`));
}

function findingOf({ path, version, end }: PinnedEntry, today: Date): Finding[] {
  const name = path.slice(1).replaceAll('/', '.');
  const at = { path: `${path}/end_of_support` };
  const last = typeof end === 'string' && /^\d{4}-\d\d-\d\d$/.test(end) ? new Date(`${end}T00:00:00Z`) : undefined;
  if (last === undefined || Number.isNaN(last.getTime())) {
    return [{ code: 'OSL403', ...at, message: `The end of support of ${name} is not a day.` }];
  }
  const days = Math.floor((last.getTime() - startOfDay(today)) / dayMilliseconds);
  if (days < 0) return [{ code: 'OSL402', ...at, message: `The support of ${name} ${version} ended on ${end}.` }];
  if (days > warningDays) return [];
  const left = days === 1 ? '1 day' : `${days} days`;
  return [{ code: 'OSL401', ...at, message: `The support of ${name} ${version} ends on ${end}, in ${left}.` }];
}

function startOfDay(date: Date): number {
  return Math.floor(date.getTime() / dayMilliseconds) * dayMilliseconds;
}
