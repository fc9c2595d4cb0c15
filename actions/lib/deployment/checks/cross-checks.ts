import type { Finding } from '../finding.ts';
import { reservedSuffixes } from '../names.ts';
import { plainValue, quoteValue } from '../quote-value.ts';
import { withoutEnd } from '../text-ends.ts';
import type { DeploymentDraft } from './check.ts';

/** A deployment among others. */
export type Neighbour = { folder: string; deployment: DeploymentDraft };

/** Findings about one deployment because of another. */
export type Conflict = { neighbour: Neighbour; findings: Finding[] };

/** A rule that compares a deployment with another, in this folder; the finding is about the first. */
type PairCheck = (blamed: DeploymentDraft, other: DeploymentDraft, folder: string) => Finding[];

const namePath = '/parameters/cost_tag_value';

const sameName: PairCheck = (blamed, other, folder) => {
  if (blamed.name === undefined || blamed.name !== other.name) return [];
  const message = `deployments/${plainValue(folder)} declares ${quoteValue(blamed.name)} too.`;
  return [{ code: 'OSL201', path: namePath, message }];
};

const sameCognitoDomain: PairCheck = (blamed, other) => {
  const region = blamed.aws?.region;
  const account = blamed.aws?.account_id;
  if (blamed.name === undefined || blamed.name !== other.name || region === undefined) return [];
  if (region !== other.aws?.region || account === other.aws?.account_id) return [];
  const domain = quoteValue(`${blamed.name}-cluster`);
  const message = `The Cognito domain ${domain} is taken in ${region} by another deployment, though in another account.`;
  return [{ code: 'OSL205', path: namePath, message }];
};

const sameNamespace: PairCheck = (blamed, other, folder) => {
  const namespace = blamed.parameters?.container_namespace;
  const equal =
    blamed.aws?.account_id === other.aws?.account_id &&
    blamed.aws?.region === other.aws?.region &&
    namespace === other.parameters?.container_namespace;
  // Of equal names the rest follows.
  if (!equal || namespace === undefined || blamed.name === other.name) return [];
  const message = `deployments/${plainValue(folder)} keeps its images under the same namespace in the same account and region.`;
  return [{ code: 'OSL202', path: '/parameters/container_namespace', message }];
};

const sameUrl: PairCheck = (blamed, other, folder) => {
  const url = addressOf(blamed);
  if (url === undefined || url !== addressOf(other)) return [];
  const message = `deployments/${plainValue(folder)} has the address ${quoteValue(url)} already.`;
  return [{ code: 'OSL203', path: '/parameters/deployment_url', message }];
};

const suffixOfOther: PairCheck = (blamed, other) => {
  const ending = reservedSuffixes.find((suffix) => blamed.name === `${other.name}-${suffix}`);
  if (ending === undefined || other.name === undefined) return [];
  const message = `${quoteValue(other.name)} has a stack or repository called ${quoteValue(blamed.name)} already.`;
  return [{ code: 'OSL204', path: namePath, message }];
};

const pairChecks: readonly PairCheck[] = [sameName, sameCognitoDomain, sameNamespace, sameUrl, suffixOfOther];

/** Most rivals that one deployment is compared with; who has more is reported for these. */
const mostRivals = 20;

/**
 * Compares every pair that shares a name, a namespace, an address or the beginning of its name. Of a pair the one is
 * blamed that was copied or renamed, as far as that shows, else the later one. Linear in the number of deployments.
 */
export function crossChecks(neighbours: readonly Neighbour[]): Conflict[] {
  const buckets = new Map<string, Neighbour[]>();
  const findings = new Map<Neighbour, Finding[]>();
  for (const neighbour of neighbours) {
    const keys = keysOf(neighbour.deployment);
    const rivals = new Set(keys.flatMap((key) => buckets.get(key) ?? []));
    for (const rival of [...rivals].slice(0, mostRivals)) {
      const [blamed, other] = isCopy(rival, neighbour) ? [rival, neighbour] : [neighbour, rival];
      const found = pairChecks.flatMap((check) => check(blamed.deployment, other.deployment, other.folder));
      findings.set(blamed, [...(findings.get(blamed) ?? []), ...found]);
    }
    for (const key of keys) buckets.set(key, [...(buckets.get(key) ?? []).slice(0, mostRivals), neighbour]);
  }
  return [...findings].map(([neighbour, found]) => ({ neighbour, findings: distinct(found) }));
}

/** Whether the first is more likely than the second to have been copied: its folder and name differ, or its name has an ending. */
function isCopy(first: Neighbour, second: Neighbour): boolean {
  const differs = ({ folder, deployment: { name } }: Neighbour): boolean => name !== undefined && folder !== name;
  const extended = first.deployment.name?.startsWith(`${second.deployment.name}-`) === true;
  return (differs(first) && !differs(second)) || (extended && first.deployment.name !== second.deployment.name);
}

/** Each rule once: three folders of one name are one mistake in each of them. */
function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [`${finding.code} ${finding.path}`, finding])).values()];
}

function addressOf({ parameters }: DeploymentDraft): string | undefined {
  const url = parameters?.deployment_url;
  if (url === undefined || !/^https:\/\//i.test(url)) return undefined;
  return withoutEnd(url.toLowerCase().replace(/:443$/, ''), '/');
}

/** Two deployments can only collide when they share one of these. */
function keysOf(deployment: DeploymentDraft): string[] {
  const { name, parameters } = deployment;
  const keys: string[] = [];
  if (name !== undefined) {
    const suffix = reservedSuffixes.find((ending) => name.endsWith(`-${ending}`));
    keys.push(`name ${name}`, ...(suffix === undefined ? [] : [`name ${name.slice(0, -suffix.length - 1)}`]));
  }
  if (parameters?.container_namespace !== undefined) keys.push(`namespace ${parameters.container_namespace}`);
  const url = addressOf(deployment);
  return url === undefined ? keys : [...keys, `url ${url}`];
}
