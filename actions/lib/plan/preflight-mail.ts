import type { PreflightCheck } from './preflight-check.ts';

/** Whether the user pool can send mail (Amazon Cognito developer guide, "Email settings for user pools"). */
export const mailChecks: readonly PreflightCheck[] = [
  {
    id: 'mail-identity',
    title: 'Sender of mail',
    run: async ({ deployment, ports }) => {
      const arn = deployment.parameters.admin_email_address_sns_arn;
      if (arn === undefined) {
        const waiting =
          deployment.users.sign_up === 'approval' ? ' Nobody is told by mail that accounts wait for approval.' : '';
        return {
          outcome: 'warning',
          detail: `No SES identity is declared, so Cognito sends at most 50 mails a day from its own address.${waiting}`,
          hint: 'Set admin_email_address_sns_arn to the ARN of a verified SES identity.',
        };
      }
      const identity = arn.slice(arn.indexOf('identity/') + 'identity/'.length);
      const found = await ports.account.mailIdentity(identity);
      if (found?.verified) return { outcome: 'ok', detail: `SES identity ${identity} is verified.` };
      return {
        outcome: 'blocker',
        detail:
          found === undefined ? `SES knows no identity ${identity} in this region.` : `${identity} is not verified.`,
        hint: 'Verify the address or domain in the SES console, in the region of the deployment.',
      };
    },
  },
  {
    id: 'mail-account',
    title: 'SES account',
    run: async ({ deployment, ports }) => {
      if (deployment.parameters.admin_email_address_sns_arn === undefined) return undefined;
      const { productionAccess, sendingEnabled } = await ports.account.mailAccount();
      if (!sendingEnabled) {
        return {
          outcome: 'blocker',
          detail: 'AWS has paused sending mail in this account.',
          hint: 'See the SES console for the reason.',
        };
      }
      if (productionAccess) return { outcome: 'ok', detail: 'SES may send to anybody.' };
      const closed = deployment.users.sign_up === 'closed';
      return {
        outcome: closed ? 'warning' : 'blocker',
        detail: 'SES has no production access yet: mail reaches only verified addresses, so people cannot sign up.',
        hint: 'Request production access in the SES console; AWS answers within about a day.',
      };
    },
  },
];
