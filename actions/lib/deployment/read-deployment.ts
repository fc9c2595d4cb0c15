import { misplacedArns } from './checks/arn-checks.ts';
import { checkChanges } from './checks/change-checks.ts';
import type { DeploymentDraft } from './checks/check.ts';
import type { Deployment } from './deployment.ts';
import { type DeploymentFile, draftOf, understandFile } from './deployment-file.ts';
import type { Diagnostic } from './diagnostic.ts';
import { type DiagnosticCode, severityOf } from './diagnostic-codes.ts';
import { type Finding, mostFindings, mostSevere, placeFindings, sortDiagnostics } from './finding.ts';

/** One declaration and what is known about the files around it. */
export type DeploymentSource = {
  /** Path from the repository's root, with `/`. */
  file: string;
  text: string;
  /** The folder's name. */
  name: string;
  /** Folder names below `images/` that the deployment can use; unknown = not checked. */
  images?: readonly string[];
  /** File names below `singleuser/hooks/` that the deployment can use; unknown = not checked. */
  hooks?: readonly string[];
  /** Whether sources on this machine and on private networks may be read; unknown = not checked. */
  localSources?: boolean;
  /** The file's text before the change, usually on the base branch; empty for a new file, undefined = not known. */
  base?: string;
  /** Today as year-month-day; unknown = days are not compared with it. */
  today?: string;
};

/** A declaration with errors has no deployment; warnings leave it. */
export type DeploymentReading = { deployment?: Deployment; diagnostics: Diagnostic[] };

/** Whether a folder below `deployments/` is an example or draft: read and checked, never deployed. */
export function isDraft(folderName: string): boolean {
  return folderName.startsWith('_');
}

/**
 * Reads and checks one `opensarlab.yaml`: YAML, schema with defaults, checks, and changes against the base. All findings
 * are reported together; nothing is thrown for bad input.
 */
export function readDeployment(source: DeploymentSource): DeploymentReading {
  return readingOf(understandSource(source), source);
}

/** The declaration with its findings, before they get their places. */
export function understandSource(source: DeploymentSource): DeploymentFile {
  const { text, name, images, hooks, localSources, base, today } = source;
  const before = base === undefined || isDraft(name) ? undefined : draftOf(base);
  const file = understandFile(text, {
    folder: name,
    ...(images === undefined ? {} : { images }),
    ...(hooks === undefined ? {} : { hooks }),
    ...(localSources === undefined ? {} : { localSources }),
    ...(today === undefined ? {} : { today }),
    ...(before === undefined ? {} : { before }),
  });
  if (before === undefined || base === text) return file;
  const changes = checkChanges(before, file.draft);
  if (changes.length === 0) return file;
  const follows = consequencesOf(changes, before, file.draft);
  return { ...file, findings: [...file.findings.filter((finding) => !follows(finding)), ...changes] };
}

/** Which findings go away when a change is taken back: that folder and name differ, and ARNs that were right before. */
function consequencesOf(
  changes: readonly Finding[],
  before: DeploymentDraft,
  after: DeploymentDraft,
): (finding: Finding) => boolean {
  const isChanged = (...codes: readonly DiagnosticCode[]): boolean => changes.some(({ code }) => codes.includes(code));
  const renamed = isChanged('OSL301');
  if (!isChanged('OSL302', 'OSL303')) return ({ code }) => renamed && code === 'OSL101';
  const misplaced = new Set(
    misplacedArns({ ...after, ...(before.aws && { aws: before.aws }) }).map(({ path }) => path),
  );
  return ({ code, path }) => (renamed && code === 'OSL101') || (code === 'OSL111' && !misplaced.has(path));
}

/** Gives the findings of a file, and further ones about it, their places. */
export function readingOf(
  { deployment, findings, positions }: DeploymentFile,
  { file }: Pick<DeploymentSource, 'file'>,
  more: readonly Finding[] = [],
): DeploymentReading {
  const all = [...findings, ...more];
  const valid = all.every(({ code }) => severityOf(code) === 'warning');
  const usable = valid && deployment !== undefined ? { deployment } : {};
  if (all.length === 0) return { ...usable, diagnostics: [] };
  const shown = mostSevere(all, mostFindings);
  const message = `The file has more findings than the ${mostFindings} that are shown.`;
  const rest: Finding[] = shown.length === all.length ? [] : [{ code: 'OSL029', path: '', message }];
  return { ...usable, diagnostics: sortDiagnostics(placeFindings([...shown, ...rest], file, positions())) };
}
