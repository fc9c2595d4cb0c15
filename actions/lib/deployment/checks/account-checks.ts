import { quoteValue } from '../quote-value.ts';
import type { Check, CheckFinding } from './check.ts';

type ArnField = 'certificate_arn' | 'admin_email_address_sns_arn';

const arnFields: readonly ArnField[] = ['certificate_arn', 'admin_email_address_sns_arn'];

const arnsAreLocal: Check = {
  code: 'OSL111',
  rule: 'ARNs name the deployment’s own region and account.',
  run({ aws, parameters }) {
    return arnFields.flatMap((field): CheckFinding[] => {
      const arn = parameters[field];
      if (arn === undefined) return [];
      const [, , , region, account] = arn.split(':');
      const path = `/parameters/${field}`;
      const findings: CheckFinding[] = [];
      if (region !== aws.region) {
        findings.push({
          path,
          message: `${field} is in region ${quoteValue(region)}, the deployment in ${quoteValue(aws.region)}.`,
        });
      }
      if (account !== aws.account_id) {
        findings.push({
          path,
          message: `${field} is in account ${quoteValue(account)}, the deployment in ${quoteValue(aws.account_id)}.`,
        });
      }
      return findings;
    });
  },
};

const zonesDiffer: Check = {
  code: 'OSL112',
  rule: 'The second availability zone is another one.',
  run({ parameters, network }) {
    if (network.second_az_suffix !== parameters.az_suffix) return [];
    const message = `second_az_suffix must differ from az_suffix ${quoteValue(parameters.az_suffix)}.`;
    return [{ path: '/network/second_az_suffix', message, hint: 'EKS and the load balancer need two zones.' }];
  },
};

const urlGrammar: Check = {
  code: 'OSL113',
  rule: 'deployment_url is https:// and a host, or `load balancer`.',
  run({ parameters: { deployment_url: url } }) {
    const path = '/parameters/deployment_url';
    const hint = 'Write https:// and the host, e.g. https://sar.example.org, or load balancer.';
    const refuse = (reason: string): CheckFinding[] => [{ path, message: `deployment_url ${reason}.`, hint }];
    if (url === 'load balancer') return [];
    if (/^http:\/\//i.test(url)) return refuse('must start with https://: sign-in works only over HTTPS');
    if (!url.startsWith('https://')) return refuse(`must start with https://, not ${quoteValue(url.slice(0, 20))}`);
    const host = url.slice('https://'.length);
    if (host.endsWith('/')) return refuse('must not end with a slash');
    if (/[/?#]/.test(host)) return refuse('must not have a path');
    const valid = /^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]{1,5})?$/.test(host);
    return valid ? [] : refuse(`has ${quoteValue(host)} where a host in lower case belongs`);
  },
};

const loadBalancerHasCertificate: Check = {
  code: 'OSL114',
  rule: '`load balancer` as deployment_url needs a certificate.',
  run({ parameters }) {
    if (parameters.deployment_url !== 'load balancer' || parameters.certificate_arn !== undefined) return [];
    return [
      {
        path: '/parameters/deployment_url',
        message:
          'Without certificate_arn the load balancer speaks plain HTTP, and Cognito refuses to send users to http addresses.',
        hint: 'Set certificate_arn, or set deployment_url to the https address of what stands in front of the load balancer.',
      },
    ];
  },
};

const loadBalancerIsTemporary: Check = {
  code: 'OSL115',
  rule: '`load balancer` is for a first try.',
  run({ parameters }) {
    if (parameters.deployment_url !== 'load balancer' || parameters.certificate_arn === undefined) return [];
    return [
      {
        severity: 'warning',
        path: '/parameters/deployment_url',
        message: 'Browsers will warn: no certificate covers the load balancer’s own name.',
        hint: 'Set deployment_url to an address that the certificate covers.',
      },
    ];
  },
};

/** Rules about the account, its region and addresses. */
export const accountChecks: readonly Check[] = [
  arnsAreLocal,
  zonesDiffer,
  urlGrammar,
  loadBalancerHasCertificate,
  loadBalancerIsTemporary,
];
