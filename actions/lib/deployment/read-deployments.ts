import { crossChecks } from './checks/cross-checks.ts';
import type { Deployment } from './deployment.ts';
import type { DeploymentFile } from './deployment-file.ts';
import type { Diagnostic } from './diagnostic.ts';
import { type DiagnosticCode, diagnosticCodes } from './diagnostic-codes.ts';
import { sortDiagnostics } from './finding.ts';
import { plainValue } from './quote-value.ts';
import { type DeploymentSource, isDraft, readingOf, understandSource } from './read-deployment.ts';

/** Why a file that is there cannot be read. */
export type Unreadable =
  | 'is a link'
  | 'folder is a link'
  | 'not in a folder'
  | 'not a file'
  | 'not permitted'
  | 'too large'
  | 'too much together'
  | 'unfit name';

/** A folder below `deployments/`; without text it has no `opensarlab.yaml`, or one that cannot be read. */
export type DeploymentFolder = Omit<DeploymentSource, 'text'> & { text?: string; unreadable?: Unreadable };

/** One folder and what it declares. */
export type DeploymentResult = {
  name: string;
  file: string;
  /** False for folders that start with `_`. */
  deployable: boolean;
  /** Absent when there are errors, those between deployments included. */
  deployment?: Deployment;
  /** Images that its profiles name and that have a folder, each once; none where the folders are not known. */
  images: string[];
};

export type DeploymentsReading = { results: DeploymentResult[]; diagnostics: Diagnostic[] };

/** Reads all deployments of a repository and checks them against each other. Results are sorted by name. */
export function readDeployments(folders: readonly DeploymentFolder[]): DeploymentsReading {
  const sorted = [...folders].sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = new Map<DeploymentFolder, DeploymentFile>();
  for (const folder of sorted) {
    if (folder.text !== undefined) files.set(folder, understandSource({ ...folder, text: folder.text }));
  }
  const neighbours = sorted.flatMap((folder) => {
    const file = files.get(folder);
    return file === undefined || isDraft(folder.name) ? [] : [{ folder: folder.name, deployment: file.draft }];
  });
  const conflicts = new Map(crossChecks(neighbours).map(({ neighbour, findings }) => [neighbour.folder, findings]));
  const readings = sorted.map((folder) => {
    const file = files.get(folder);
    const reading = file === undefined ? unread(folder) : readingOf(file, folder, conflicts.get(folder.name));
    return { folder, ...reading };
  });
  const results = readings.map(({ folder, deployment }): DeploymentResult => {
    const { name, file } = folder;
    const images = usedImages(folder, files.get(folder));
    return { name, file, deployable: !isDraft(name), images, ...(deployment === undefined ? {} : { deployment }) };
  });
  return { results, diagnostics: sortDiagnostics(readings.flatMap(({ diagnostics }) => diagnostics)) };
}

function usedImages({ images = [] }: DeploymentFolder, file: DeploymentFile | undefined): string[] {
  const named = (file?.draft.profiles ?? []).flatMap((profile) => profile?.image_name ?? []);
  return [...new Set(named)].filter((image) => images.includes(image));
}

function unread({ name, file, unreadable }: DeploymentFolder): { deployment?: Deployment; diagnostics: Diagnostic[] } {
  const [code, message] = whyUnread(plainValue(name), plainValue(file), unreadable);
  const { severity, remedy } = diagnosticCodes[code];
  return { diagnostics: [{ code, severity, path: '', file, line: 1, column: 1, message, hint: remedy }] };
}

function whyUnread(name: string, file: string, reason: Unreadable | undefined): [DiagnosticCode, string] {
  switch (reason) {
    case undefined:
      return ['OSL005', `deployments/${name} has no opensarlab.yaml.`];
    case 'is a link':
      return ['OSL026', `${file} is a link; nothing that a link leads to is read.`];
    case 'folder is a link':
      return ['OSL026', `deployments/${name} is a link, not a folder.`];
    case 'not in a folder':
      return ['OSL030', `${file} has no folder of its own, so it is not read.`];
    case 'not permitted':
      return ['OSL026', `${file} cannot be read: its permissions forbid it.`];
    case 'not a file':
      return ['OSL026', `${file} is not a file.`];
    case 'too large':
      return ['OSL001', `${file} is larger than 256 KiB.`];
    case 'too much together':
      return ['OSL001', `With ${file} the declarations have more than 4 MiB together.`];
    case 'unfit name':
      return ['OSL026', `The folder deployments/${name} has a name that cannot be read safely.`];
  }
}
