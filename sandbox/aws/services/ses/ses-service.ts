import { randomUUID } from 'node:crypto';
import type {
  CreateEmailIdentityCommandInput,
  CreateEmailIdentityCommandOutput,
  DeleteEmailIdentityCommandInput,
  GetAccountCommandInput,
  GetAccountCommandOutput,
  GetEmailIdentityCommandInput,
  GetEmailIdentityCommandOutput,
  ListEmailIdentitiesCommandInput,
  ListEmailIdentitiesCommandOutput,
  SendEmailCommandInput,
  SendEmailCommandOutput,
} from '@aws-sdk/client-sesv2';
import { membersRead } from '../../members/members-read.ts';
import { AwsError, type CallContext, type ServiceModule } from '../../service.ts';
import { tokenPage } from '../token-page.ts';
import { type EmailIdentity, isVerified, makeIdentity, sesState } from './ses-state.ts';

type Output<T> = Omit<T, '$metadata'>;

/** Quotas in and out of the SES sandbox (ses/latest/dg/request-production-access.html; 50,000 is a usual first grant). */
function getAccount(_input: GetAccountCommandInput, { world, region }: CallContext): Output<GetAccountCommandOutput> {
  const { productionAccess, isPaused, sent } = world.state(sesState, region);
  return {
    ProductionAccessEnabled: productionAccess,
    SendingEnabled: !isPaused,
    EnforcementStatus: isPaused ? 'SHUTDOWN' : 'HEALTHY',
    DedicatedIpAutoWarmupEnabled: false,
    SendQuota: productionAccess
      ? { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: sent.length }
      : { Max24HourSend: 200, MaxSendRate: 1, SentLast24Hours: sent.length },
    ...(productionAccess ? { Details: { MailType: 'TRANSACTIONAL', ReviewDetails: { Status: 'GRANTED' } } } : {}),
  };
}

function findIdentity(context: CallContext, name: string | undefined): EmailIdentity {
  const identity = context.world.state(sesState, context.region).identities.get(name ?? '');
  if (!identity) throw new AwsError('NotFoundException', `Email identity ${name} does not exist.`, 404);
  return identity;
}

function getEmailIdentity(
  input: GetEmailIdentityCommandInput,
  context: CallContext,
): Output<GetEmailIdentityCommandOutput> {
  const { type, verified } = findIdentity(context, input.EmailIdentity);
  return {
    IdentityType: type,
    VerifiedForSendingStatus: verified,
    VerificationStatus: verified ? 'SUCCESS' : 'PENDING',
    FeedbackForwardingStatus: true,
    Tags: [],
  };
}

/** A new identity waits for its owner to confirm it; see `verifySesIdentity` of the account set-up. */
function createEmailIdentity(
  input: CreateEmailIdentityCommandInput,
  { world, region }: CallContext,
): Output<CreateEmailIdentityCommandOutput> {
  const { type, verified } = makeIdentity(world, region, input.EmailIdentity ?? '');
  return { IdentityType: type, VerifiedForSendingStatus: verified };
}

function deleteEmailIdentity(input: DeleteEmailIdentityCommandInput, context: CallContext): object {
  const { name } = findIdentity(context, input.EmailIdentity);
  context.world.state(sesState, context.region).identities.delete(name);
  return {};
}

function listEmailIdentities(
  input: ListEmailIdentitiesCommandInput,
  { world, region }: CallContext,
): Output<ListEmailIdentitiesCommandOutput> {
  const { page, nextToken } = tokenPage([...world.state(sesState, region).identities.values()], {
    size: input.PageSize ?? 1000,
    token: input.NextToken,
    errorCode: 'BadRequestException',
  });
  const identities = page.map(({ name, type, verified }) => ({
    IdentityName: name,
    IdentityType: type,
    SendingEnabled: verified,
  }));
  return { EmailIdentities: identities, ...(nextToken ? { NextToken: nextToken } : {}) };
}

/** The sender must be verified; in the SES sandbox every recipient too (ses/latest/dg/request-production-access.html). */
function sendEmail(input: SendEmailCommandInput, { world, region }: CallContext): Output<SendEmailCommandOutput> {
  const simple = input.Content?.Simple;
  if (!simple) throw new AwsError('NotImplemented', 'The sandbox sends only simple messages.', 501);
  const from = input.FromEmailAddress ?? '';
  const { ToAddresses = [], CcAddresses = [], BccAddresses = [] } = input.Destination ?? {};
  const to = [...ToAddresses, ...CcAddresses, ...BccAddresses];
  const { productionAccess, sent } = world.state(sesState, region);
  const unverified = [from, ...(productionAccess ? [] : to)].filter((address) => !isVerified(world, region, address));
  if (unverified.length > 0) {
    throw new AwsError(
      'MessageRejected',
      `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${unverified.join(', ')}`,
    );
  }
  const id = randomUUID();
  const { Subject, Body } = simple;
  sent.push({
    ...{ id, from, to, at: world.clock.now() },
    subject: Subject?.Data ?? '',
    text: Body?.Text?.Data ?? '',
    html: Body?.Html?.Data ?? '',
  });
  return { MessageId: id };
}

/** Amazon Simple Email Service, API v2 (docs.aws.amazon.com/ses/latest/APIReference-V2). */
export const sesService: ServiceModule = {
  signingName: 'ses',
  protocol: 'rest-json',
  loadClient: () => import('@aws-sdk/client-sesv2'),
  members: membersRead('ses'),
  operations: {
    GetAccount: getAccount,
    GetEmailIdentity: getEmailIdentity,
    CreateEmailIdentity: createEmailIdentity,
    DeleteEmailIdentity: deleteEmailIdentity,
    ListEmailIdentities: listEmailIdentities,
    SendEmail: sendEmail,
  },
};
