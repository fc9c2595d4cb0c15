import { crossChecks } from './checks/cross-checks.ts';
import type { Deployment } from './deployment.ts';
import type { Diagnostic } from './diagnostic.ts';
import { placeFindings, sortDiagnostics } from './finding.ts';
import { createPositionFinder } from './position.ts';
import { type DeploymentSource, isDraft, readDeployment } from './read-deployment.ts';

/** A folder below `deployments/`; without text it has no `opensarlab.yaml`. */
export type DeploymentFolder = Omit<DeploymentSource, 'text'> & { text?: string };

/** One folder and what it declares. */
export type DeploymentResult = {
  name: string;
  file: string;
  /** False for folders that start with `_`. */
  deployable: boolean;
  /** Absent when there are errors, those between deployments included. */
  deployment?: Deployment;
};

export type DeploymentsReading = { results: DeploymentResult[]; diagnostics: Diagnostic[] };

/** Reads all deployments of a repository and checks them against each other. Results are sorted by name. */
export function readDeployments(folders: readonly DeploymentFolder[]): DeploymentsReading {
  const sorted = [...folders].sort((a, b) => (a.name < b.name ? -1 : 1));
  const readings = sorted.map((folder) => ({ folder, ...readFolder(folder) }));
  const deployable = readings.flatMap(({ folder, deployment }) =>
    deployment === undefined || isDraft(folder.name) ? [] : [{ folder, deployment }],
  );
  const conflicts = crossChecks(deployable.map(({ deployment }) => deployment)).flatMap(({ deployment, findings }) => {
    const folder = deployable.find((entry) => entry.deployment === deployment)?.folder;
    return folder === undefined ? [] : placeFindings(findings, folder.file, createPositionFinder(folder.text ?? ''));
  });
  const broken = new Set(conflicts.map(({ file }) => file));
  const results = readings.map(({ folder, deployment }): DeploymentResult => {
    const { name, file } = folder;
    const usable = deployment !== undefined && !broken.has(file);
    return { name, file, deployable: !isDraft(name), ...(usable ? { deployment } : {}) };
  });
  const diagnostics = readings.flatMap((reading) => reading.diagnostics);
  return { results, diagnostics: sortDiagnostics([...diagnostics, ...conflicts]) };
}

function readFolder(folder: DeploymentFolder): { deployment?: Deployment; diagnostics: Diagnostic[] } {
  const { text } = folder;
  if (text !== undefined) return readDeployment({ ...folder, text });
  const message = `deployments/${folder.name} has no opensarlab.yaml.`;
  const hint = 'Add the file, or remove the folder.';
  const { file } = folder;
  return { diagnostics: [{ code: 'OSL005', severity: 'error', path: '', file, line: 1, column: 1, message, hint }] };
}
