import { quoteValue } from '../quote-value.ts';
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
