import { type CheckContext, runChecks } from './checks/checks.ts';
import type { Deployment } from './deployment.ts';
import type { Diagnostic } from './diagnostic.ts';
import { toDeployment } from './file-value.ts';
import { type Finding, placeFindings, sortDiagnostics } from './finding.ts';
import { createPositionFinder } from './position.ts';
import { readYaml } from './read-yaml.ts';
import { checkShape } from './shape.ts';
import { shapeFindings } from './shape-findings.ts';

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
};

/** A declaration with errors has no deployment; warnings leave it. */
export type DeploymentReading = { deployment?: Deployment; diagnostics: Diagnostic[] };

/** Whether a folder below `deployments/` is an example or draft: read and checked, never deployed. */
export function isDraft(folderName: string): boolean {
  return folderName.startsWith('_');
}

/**
 * Reads and checks one `opensarlab.yaml`: YAML, schema with defaults, then the checks that need a well-formed value.
 * All findings of a stage are reported together; nothing is thrown for bad input.
 */
export function readDeployment(source: DeploymentSource): DeploymentReading {
  const { file, text } = source;
  const yaml = readYaml(text);
  const syntax = yaml.findings.map((finding): Diagnostic => ({ severity: 'error', path: '', file, ...finding }));
  if (!yaml.ok) return { diagnostics: sortDiagnostics(syntax) };
  const { deployment, findings } = readValue(yaml.value, source);
  const placed = findings.length === 0 ? [] : placeFindings(findings, file, createPositionFinder(text));
  const diagnostics = sortDiagnostics([...syntax, ...placed]);
  const valid = diagnostics.every(({ severity }) => severity === 'warning');
  return { ...(valid && deployment !== undefined ? { deployment } : {}), diagnostics };
}

function readValue(value: unknown, source: DeploymentSource): { deployment?: Deployment; findings: Finding[] } {
  const shape = checkShape(value);
  if (!shape.ok) return { findings: shapeFindings(shape.errors) };
  const deployment = toDeployment(shape.value);
  return { deployment, findings: runChecks(deployment, contextOf(source)) };
}

function contextOf({ name, images, hooks }: DeploymentSource): CheckContext {
  return { folder: name, ...(images === undefined ? {} : { images }), ...(hooks === undefined ? {} : { hooks }) };
}
