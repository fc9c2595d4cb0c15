import rules from '../../../../schemas/aws-rules.json' with { type: 'json' };
import { quoteValue } from '../quote-value.ts';
import { judgeRegion, regionTable } from '../regions.ts';
import type { Check } from './check.ts';

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

/** Rules about zones and the administrator's address. */
export const accountChecks: readonly Check[] = [zonesDiffer, identityCoversAddress];

const path = '/aws/region';

const { regionsWithoutService } = rules;
const services = ['CodeCommit', 'Cognito user pools'] as const;

const regionExists: Check = {
  code: 'OSL117',
  run({ aws }) {
    const verdict = aws?.region === undefined ? undefined : judgeRegion(aws.region);
    if (verdict?.kind !== 'wrong') return [];
    const message = `There is no AWS region ${quoteValue(aws?.region)}.`;
    return [{ path, message, ...(verdict.meant === undefined ? {} : { hint: `Did you mean ${verdict.meant}?` }) }];
  },
};

const regionIsKnown: Check = {
  code: 'OSL118',
  run({ aws }) {
    if (aws?.region === undefined || judgeRegion(aws.region).kind !== 'new') return [];
    return [{ path, message: `AWS had no region ${quoteValue(aws.region)} on ${regionTable.date}.` }];
  },
};

const regionHasServices: Check = {
  code: 'OSL108',
  run({ aws }) {
    const region = aws?.region;
    if (region === undefined) return [];
    return services.flatMap((service) =>
      regionsWithoutService[service].includes(region)
        ? [{ path, message: `The region ${quoteValue(region)} has no ${service}.` }]
        : [],
    );
  },
};

/** Rules about the region. */
export const regionChecks: readonly Check[] = [regionExists, regionIsKnown, regionHasServices];
