import type { Certificate } from '../ports/aws-ports.ts';
import type { PreflightCheck, PreflightResult } from './preflight-check.ts';

/** A certificate that expires sooner than this is reported. */
const warnDays = 30;
const dayMilliseconds = 24 * 3600 * 1000;

/** The secret with the Docker Hub account that image builds may log in with. */
export const dockerHubSecret = 'dockerhub/creds';

/** Account, certificate, cost tag. */
export const accountChecks: readonly PreflightCheck[] = [
  {
    id: 'account',
    title: 'AWS account',
    run: async ({ deployment, ports }) => {
      const { accountId } = await ports.account.identity();
      if (accountId === deployment.aws.account_id) return { outcome: 'ok', detail: `Account ${accountId}.` };
      return {
        outcome: 'blocker',
        detail: `The credentials belong to account ${accountId}, not ${deployment.aws.account_id}.`,
        hint: 'Correct aws.account_id, or the role that the workflow assumes.',
      };
    },
  },
  {
    id: 'certificate',
    title: 'Certificate',
    run: async ({ deployment, ports, now }) => {
      const { certificate_arn: arn, deployment_url: url } = deployment.parameters;
      const host = URL.canParse(url) ? new URL(url).hostname : undefined;
      const { hosted_zone_id: zone, https_in_front: inFront = false } = deployment.network;
      const result =
        arn === undefined
          ? madeCertificate(host, zone, inFront)
          : judgeCertificate(await ports.account.certificate(arn), arn, host, now);
      return inFront ? { ...result, detail: `${result.detail} Something in front speaks HTTPS.` } : result;
    },
  },
  {
    id: 'cost-tag',
    title: 'Cost allocation tag',
    run: async ({ deployment, ports }) => {
      const key = deployment.parameters.cost_tag_key;
      const status = await ports.account.costTagStatus(key);
      if (status === 'Active') return { outcome: 'ok', detail: `Tag ${key} is active.` };
      return {
        outcome: 'warning',
        detail: `Tag ${key} is not known to be active for cost allocation, so bills cannot be split by deployment.`,
        hint: 'Activate it in the Billing console of the paying account; AWS offers it up to a day after its first use.',
        ...(status === 'Inactive' ? { fix: { kind: 'activate cost tag', key, title: `activate the tag ${key}` } } : {}),
      };
    },
  },
];

/** Without an ARN the cluster's stack requests a certificate itself, if it can prove the domain. */
function madeCertificate(host: string | undefined, zone: string | undefined, inFront: boolean): PreflightResult {
  if (host === undefined || zone === undefined) {
    // Sign-in comes back over HTTPS only (Amazon Cognito developer guide, callback URLs).
    return {
      outcome: inFront ? 'warning' : 'blocker',
      detail: `There is neither a certificate nor a Route 53 zone to get one with, so the load balancer speaks plain HTTP${inFront ? '.' : ', and nobody could sign in.'}`,
      hint: 'Set certificate_arn or network.hosted_zone_id; network.https_in_front: true, if something of yours in front of it speaks HTTPS.',
    };
  }
  return { outcome: 'ok', detail: `The stack requests one for ${host} and proves the domain in zone ${zone}.` };
}

/**
 * @param host undefined when the hub is reached by the load balancer's own name, which no certificate covers
 */
export function judgeCertificate(
  certificate: Certificate | undefined,
  arn: string,
  host: string | undefined,
  now: Date,
): PreflightResult {
  if (certificate === undefined) {
    return {
      outcome: 'blocker',
      detail: `There is no certificate ${arn}.`,
      hint: 'Import or request it in ACM, in the region of the deployment.',
    };
  }
  if (certificate.status !== 'ISSUED') {
    return {
      outcome: 'blocker',
      detail: `Certificate ${arn} is ${certificate.status}, not ISSUED.`,
      hint: 'Finish its validation in ACM.',
    };
  }
  if (host !== undefined && !certificate.names.some((name) => covers(name, host))) {
    return {
      outcome: 'blocker',
      detail: `Certificate ${arn} covers ${certificate.names.join(', ')}, but not ${host}.`,
      hint: 'Use a certificate that names the host of deployment_url.',
    };
  }
  return judgeExpiry(certificate, now);
}

function judgeExpiry({ arn, expiresAt }: Certificate, now: Date): PreflightResult {
  if (expiresAt === undefined) return { outcome: 'ok', detail: 'Issued.' };
  const days = Math.floor((expiresAt.getTime() - now.getTime()) / dayMilliseconds);
  const date = expiresAt.toISOString().slice(0, 10);
  if (days < 0) {
    return { outcome: 'blocker', detail: `Certificate ${arn} expired on ${date}.`, hint: 'Renew it in ACM.' };
  }
  if (days < warnDays) {
    return {
      outcome: 'warning',
      detail: `Certificate ${arn} expires on ${date}, in ${days} days.`,
      hint: 'Renew it; imported certificates do not renew themselves.',
    };
  }
  return { outcome: 'ok', detail: `Issued, expires on ${date}.` };
}

/** A wildcard covers exactly one label (RFC 6125, section 6.4.3). */
function covers(name: string, host: string): boolean {
  const wanted = host.toLowerCase();
  const given = name.toLowerCase();
  if (!given.startsWith('*.')) return given === wanted;
  return wanted.slice(wanted.indexOf('.') + 1) === given.slice(2) && wanted.includes('.');
}
