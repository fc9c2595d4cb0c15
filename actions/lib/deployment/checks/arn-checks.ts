import { quoteValue } from '../quote-value.ts';
import { judgeRegion, partitionOf } from '../regions.ts';
import { type Check, type CheckFinding, type DeploymentDraft, entriesOf } from './check.ts';

/** An ARN in the file. */
type ArnUse = { path: string; field: string; arn: string };

/** ARNs of what belongs to the deployment itself. */
function ownArns({ parameters }: DeploymentDraft): ArnUse[] {
  return (['certificate_arn', 'admin_email_address_sns_arn'] as const).flatMap((field) => {
    const arn = parameters?.[field];
    return arn === undefined ? [] : [{ path: `/parameters/${field}`, field, arn }];
  });
}

/** ARNs of what may belong to others, but not in another partition. */
function otherArns({ aws, service_accounts: accounts }: DeploymentDraft): ArnUse[] {
  const admins = entriesOf(aws?.cluster_admin_arns).map(({ index, entry: arn }) => {
    return { path: `/aws/cluster_admin_arns/${index}`, field: `cluster_admin_arns[${index}]`, arn };
  });
  const resources = entriesOf(accounts).flatMap(({ index, entry }) =>
    entriesOf(entry.permissions).flatMap(({ index: place, entry: statement }) =>
      (['Resource', 'NotResource'] as const).flatMap((field) => {
        const path = `/service_accounts/${index}/permissions/${place}/${field}`;
        const value = statement[field];
        if (typeof value === 'string') return [{ path, field, arn: value }];
        return entriesOf(value).map(({ index: at, entry: arn }) => ({ path: `${path}/${at}`, field, arn }));
      }),
    ),
  );
  return [...admins, ...resources];
}

/** The region, unless it does not exist, which is a mistake of its own. */
function regionOf({ aws }: DeploymentDraft): string | undefined {
  return aws?.region !== undefined && judgeRegion(aws.region).kind !== 'wrong' ? aws.region : undefined;
}

const arnsAreLocal: Check = { code: 'OSL111', run: misplacedArns };

/** ARNs of another account, region or partition than the deployment's. */
export function misplacedArns(deployment: DeploymentDraft): CheckFinding[] {
  const region = regionOf(deployment);
  const partition = region === undefined ? undefined : partitionOf(region);
  const own = ownArns(deployment).flatMap((use): CheckFinding[] => {
    const [, there, , place, account] = use.arn.split(':');
    const elsewhere = foreign('region', place, region);
    // Another region says it already.
    const apart = elsewhere === undefined ? foreign('partition', there, partition) : undefined;
    return misplaced(use, [elsewhere, apart, foreign('account', account, deployment.aws?.account_id)]);
  });
  const others = otherArns(deployment).flatMap((use) => {
    const there = /^arn:(aws[a-z-]*):/.exec(use.arn)?.[1];
    return misplaced(use, [foreign('partition', there, partition)]);
  });
  return [...own, ...others];
}

function misplaced({ path, field }: ArnUse, reasons: readonly (string | undefined)[]): CheckFinding[] {
  const strange = reasons.filter((reason) => reason !== undefined);
  return strange.length === 0 ? [] : [{ path, message: `${field} is in ${strange.join(' and ')}.` }];
}

function foreign(what: string, there: string | undefined, here: string | undefined): string | undefined {
  if (there === undefined || here === undefined || there === here) return undefined;
  return `${what} ${quoteValue(there)}, the deployment in ${quoteValue(here)}`;
}

/** Rules about ARNs. */
export const arnChecks: readonly Check[] = [arnsAreLocal];
