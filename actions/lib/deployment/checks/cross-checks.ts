import type { Deployment } from '../deployment.ts';
import type { Finding } from '../finding.ts';
import { reservedSuffixes } from '../names.ts';
import { quoteValue } from '../quote-value.ts';

/** Findings about one deployment because of another. */
export type Conflict = { deployment: Deployment; findings: Finding[] };

/** A rule that compares a deployment with one that comes before it in the list. */
type PairCheck = (later: Deployment, earlier: Deployment) => Finding[];

const sameName: PairCheck = (later, earlier) =>
  later.name === earlier.name
    ? [
        {
          code: 'OSL201',
          path: '/parameters/cost_tag_value',
          message: `Another folder declares ${quoteValue(later.name)} too.`,
        },
      ]
    : [];

const sameNamespace: PairCheck = (later, earlier) => {
  const equal =
    later.aws.account_id === earlier.aws.account_id &&
    later.aws.region === earlier.aws.region &&
    later.parameters.container_namespace === earlier.parameters.container_namespace;
  const message = `${quoteValue(earlier.name)} keeps its images under the same namespace in the same account and region.`;
  return equal ? [{ code: 'OSL202', path: '/parameters/container_namespace', message }] : [];
};

const sameUrl: PairCheck = (later, earlier) => {
  const url = later.parameters.deployment_url;
  if (url === 'load balancer' || url !== earlier.parameters.deployment_url) return [];
  const message = `${quoteValue(earlier.name)} has the address ${quoteValue(url)} already.`;
  return [{ code: 'OSL203', path: '/parameters/deployment_url', message }];
};

const suffixOfOther: PairCheck = (later, earlier) => {
  const clash = (a: string, b: string): boolean => reservedSuffixes.some((suffix) => a === `${b}-${suffix}`);
  if (!clash(later.name, earlier.name) && !clash(earlier.name, later.name)) return [];
  const message = `${quoteValue(later.name)} and ${quoteValue(earlier.name)} would share names in AWS.`;
  return [{ code: 'OSL204', path: '/parameters/cost_tag_value', message }];
};

const pairChecks: readonly PairCheck[] = [sameName, sameNamespace, sameUrl, suffixOfOther];

/**
 * Compares every pair that shares a name, a namespace, an address or the beginning of its name; the later one of a pair
 * is blamed. Linear in the number of deployments as long as few collide.
 */
export function crossChecks(deployments: readonly Deployment[]): Conflict[] {
  const buckets = new Map<string, Deployment[]>();
  const conflicts: Conflict[] = [];
  for (const deployment of deployments) {
    const rivals = new Set(keysOf(deployment).flatMap((key) => buckets.get(key) ?? []));
    const findings = [...rivals].flatMap((rival) => pairChecks.flatMap((check) => check(deployment, rival)));
    if (findings.length > 0) conflicts.push({ deployment, findings });
    for (const key of keysOf(deployment)) {
      const bucket = buckets.get(key);
      if (bucket === undefined) buckets.set(key, [deployment]);
      else bucket.push(deployment);
    }
  }
  return conflicts;
}

/** Two deployments can only collide when they share one of these. */
function keysOf(deployment: Deployment): string[] {
  const { name, parameters } = deployment;
  const suffix = reservedSuffixes.find((ending) => name.endsWith(`-${ending}`));
  const stem = suffix === undefined ? name : name.slice(0, -suffix.length - 1);
  const url = parameters.deployment_url;
  const urls = url === 'load balancer' ? [] : [`url ${url}`];
  return [...new Set([`name ${name}`, `name ${stem}`, `namespace ${parameters.container_namespace}`, ...urls])];
}
