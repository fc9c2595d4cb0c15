import { quoteValue } from '../quote-value.ts';
import type { Check } from './check.ts';

const path = '/parameters/deployment_url';

const urlGrammar: Check = {
  code: 'OSL113',
  run({ parameters }) {
    const url = parameters?.deployment_url;
    const reason = url === undefined || url === 'load balancer' ? undefined : whatIsWrongWith(url);
    if (url === undefined || reason === undefined) return [];
    const meant = meantBy(url);
    const example = 'Write https:// and the host, such as https://sar.example.org, or load balancer.';
    const hint = meant === undefined ? example : `Did you mean ${meant}?`;
    return [{ path, message: `deployment_url ${reason}.`, hint }];
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
  return isHost(host.replace(/:[0-9]+$/, ''))
    ? undefined
    : `has ${quoteValue(host)} where a host in lower case belongs`;
}

/** Labels of at most 63 characters, at most 253 in all (RFC 1035, 2.3.4). */
function isHost(host: string): boolean {
  const labels = host.split('.');
  return host.length <= 253 && labels.length > 1 && labels.every((label) => label.length <= 63 && isLabel(label));
}

const isLabel = (label: string): boolean => /^[a-z0-9-]+$/.test(label) && !/^-|-$/.test(label);

/** The address that was probably meant: without path, in lower case, over https. */
function meantBy(url: string): string | undefined {
  const text = url.trim().toLowerCase();
  if (/^load[\s_-]*balancer$/.test(text)) return 'load balancer';
  const host = text
    .replace(/^(https?:)?\/*/, '')
    .replace(/[/?#].*/s, '')
    .replace(/\.(?=:|$)/, '');
  const candidate = `https://${host}`;
  return whatIsWrongWith(candidate) === undefined ? candidate : undefined;
}

const loadBalancerHasCertificate: Check = {
  code: 'OSL114',
  run({ parameters }, { isUnknown }) {
    if (parameters?.deployment_url !== 'load balancer' || parameters.certificate_arn !== undefined) return [];
    if (isUnknown('/parameters/certificate_arn') || isUnknown(path)) return [];
    const message = 'Without certificate_arn the load balancer speaks plain HTTP, and nobody could sign in.';
    return [{ path, message }];
  },
};

const loadBalancerIsTemporary: Check = {
  code: 'OSL115',
  run({ parameters }) {
    if (parameters?.deployment_url !== 'load balancer' || parameters.certificate_arn === undefined) return [];
    const message = 'Browsers will warn: no certificate covers the load balancer’s own name.';
    return [{ path, message }];
  },
};

const calendarIsReachable: Check = {
  code: 'OSL107',
  run({ parameters }) {
    const url = parameters?.ical_url;
    if (url === undefined || !URL.canParse(url)) return [];
    // The port of the scheme is no port here (URL standard, "default port").
    const { port } = new URL(url);
    if (port === '') return [];
    const message = `The notification service reaches port 443 alone, and ical_url has port ${quoteValue(port)}.`;
    return [{ path: '/parameters/ical_url', message }];
  },
};

/** Rules about the addresses of the hub and of its calendar. */
export const addressChecks: readonly Check[] = [
  urlGrammar,
  loadBalancerHasCertificate,
  loadBalancerIsTemporary,
  calendarIsReachable,
];
