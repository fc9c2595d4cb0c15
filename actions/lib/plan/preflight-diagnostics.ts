import type { Finding } from '../deployment/finding.ts';
import type { PreflightFinding } from './plan.ts';

/** The fields that the checks of the account are about; what is not in it is about the account itself. */
const pathOf: ReadonlyMap<string, string> = new Map([
  ['certificate', '/parameters/certificate_arn'],
  ['cost-tag', '/parameters/cost_tag_key'],
  ['mail-identity', '/parameters/admin_email_address_sns_arn'],
  ['mail-account', '/parameters/admin_email_address_sns_arn'],
  ['docker-hub', '/profiles'],
  ['image-folders', '/profiles'],
  ['image-tags', '/profiles'],
  ['instance-types', '/nodes'],
  ['node-group-quota', '/nodes'],
  ['zones', '/parameters/az_suffix'],
  ['vcpu-quota', '/nodes'],
  ['buckets', '/parameters/cost_tag_value'],
  ['names', '/parameters/cost_tag_value'],
  ['boundary', '/aws/permissions_boundary'],
  ['service-accounts', '/service_accounts'],
  ['storage-lifecycle', '/storage'],
  ['audit-role', '/aws/audit_role'],
]);

/** Where findings about the account as a whole are shown. */
const accountPath = '/aws/account_id';

/** What the preflight found amiss, as findings at fields of the declaration; what is fine is none. */
export function preflightFindings(preflight: readonly PreflightFinding[]): Finding[] {
  return preflight.flatMap(({ id, title, outcome, detail, hint }): Finding[] => {
    const code = codeOf(outcome);
    if (code === undefined) return [];
    const path = pathOf.get(id) ?? accountPath;
    return [{ code, path, message: `${title}: ${detail}`, ...(hint === undefined ? {} : { hint }) }];
  });
}

/** The finding that nothing in the account could be checked. */
export function accountNotAsked(message: string, hint: string | undefined): Finding {
  return { code: 'OSL502', path: accountPath, message, ...(hint === undefined ? {} : { hint }) };
}

function codeOf(outcome: PreflightFinding['outcome']): Finding['code'] | undefined {
  switch (outcome) {
    case 'ok':
      return undefined;
    case 'warning':
      return 'OSL503';
    case 'blocker':
      return 'OSL501';
    case 'unknown':
      return 'OSL502';
  }
}
