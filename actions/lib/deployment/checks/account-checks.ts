import { quoteValue } from '../quote-value.ts';
import { judgeRegion } from '../regions.ts';
import type { Check, CheckFinding } from './check.ts';

const arnFields = ['certificate_arn', 'admin_email_address_sns_arn'] as const;

const arnsAreLocal: Check = {
  code: 'OSL111',
  run({ aws, parameters }) {
    // A region that does not exist is a mistake of its own.
    const here = aws?.region !== undefined && judgeRegion(aws.region).kind !== 'wrong' ? aws.region : undefined;
    return arnFields.flatMap((field): CheckFinding[] => {
      const [, , , region, account] = parameters?.[field]?.split(':') ?? [];
      const strange = [foreign('region', region, here), foreign('account', account, aws?.account_id)].filter(
        (part) => part !== undefined,
      );
      if (strange.length === 0) return [];
      return [{ path: `/parameters/${field}`, message: `${field} is in ${strange.join(' and ')}.` }];
    });
  },
};

function foreign(what: string, there: string | undefined, here: string | undefined): string | undefined {
  if (there === undefined || here === undefined || there === here) return undefined;
  return `${what} ${quoteValue(there)}, the deployment in ${quoteValue(here)}`;
}

const zonesDiffer: Check = {
  code: 'OSL112',
  run({ parameters, network }) {
    const zone = parameters?.az_suffix;
    if (zone === undefined || network?.second_az_suffix !== zone) return [];
    return [
      {
        path: '/network/second_az_suffix',
        message: `second_az_suffix must differ from az_suffix ${quoteValue(zone)}.`,
      },
    ];
  },
};

const urlGrammar: Check = {
  code: 'OSL113',
  run({ parameters }) {
    const url = parameters?.deployment_url;
    const reason = url === undefined || url === 'load balancer' ? undefined : whatIsWrongWith(url);
    if (reason === undefined) return [];
    const hint = 'Write https:// and the host, such as https://sar.example.org, or load balancer.';
    return [{ path: '/parameters/deployment_url', message: `deployment_url ${reason}.`, hint }];
  },
};

function whatIsWrongWith(url: string): string | undefined {
  if (/^http:/i.test(url)) return 'must start with https://; sign-in works only over HTTPS';
  if (!url.startsWith('https://')) return `must start with https://; it is ${quoteValue(url)}`;
  const host = url.slice('https://'.length);
  if (host.endsWith('/')) return 'must not end with a slash; /hub/oauth_callback is added to it';
  if (/[/?#]/.test(host)) return 'must not have a path; the hub has its host to itself';
  if (host.includes('@')) return 'must not have a user or password';
  const port = /:([0-9]+)$/.exec(host)?.[1];
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))
    return `has the port ${quoteValue(port)}, which does not exist`;
  const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
  const valid = new RegExp(`^(?=[^:]{1,253}(:|$))${label}(\\.${label})+(:[0-9]+)?$`).test(host);
  return valid ? undefined : `has ${quoteValue(host)} where a host in lower case belongs`;
}

const loadBalancerHasCertificate: Check = {
  code: 'OSL114',
  run({ parameters }, { isUnknown }) {
    const field = '/parameters/certificate_arn';
    if (parameters?.deployment_url !== 'load balancer' || parameters.certificate_arn !== undefined) return [];
    if (isUnknown(field)) return [];
    const message = 'Without certificate_arn the load balancer speaks plain HTTP, and nobody could sign in.';
    return [{ path: '/parameters/deployment_url', message }];
  },
};

const loadBalancerIsTemporary: Check = {
  code: 'OSL115',
  run({ parameters }) {
    if (parameters?.deployment_url !== 'load balancer' || parameters.certificate_arn === undefined) return [];
    const message = 'Browsers will warn: no certificate covers the load balancer’s own name.';
    return [{ path: '/parameters/deployment_url', message }];
  },
};

const identityCoversAddress: Check = {
  code: 'OSL116',
  run({ parameters }) {
    const address = parameters?.admin_email_address?.toLowerCase();
    const identity = parameters?.admin_email_address_sns_arn?.split(':identity/')[1]?.toLowerCase();
    if (address === undefined || identity === undefined) return [];
    const domain = address.split('@')[1] ?? '';
    const covered = identity.includes('@') ? identity === address : `.${domain}`.endsWith(`.${identity}`);
    if (covered) return [];
    const message = `The SES identity ${quoteValue(identity)} does not cover admin_email_address ${quoteValue(address)}.`;
    return [{ path: '/parameters/admin_email_address_sns_arn', message }];
  },
};

/** Rules about the account and addresses. */
export const accountChecks: readonly Check[] = [
  arnsAreLocal,
  zonesDiffer,
  urlGrammar,
  loadBalancerHasCertificate,
  loadBalancerIsTemporary,
  identityCoversAddress,
];
