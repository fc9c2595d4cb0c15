import {
  CreateEmailIdentityCommand,
  GetAccountCommand,
  GetEmailIdentityCommand,
  SESv2Client,
  SendEmailCommand,
} from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccountSetup, accountSetup } from '../../account-setup.ts';
import { type EndpointFixture, startEndpointFixture, testRegion } from '../../endpoint-fixture.ts';
import { sesService } from './ses-service.ts';
import { sesState } from './ses-state.ts';

let endpoint: EndpointFixture;
let client: SESv2Client;
let setup: AccountSetup;
beforeAll(async () => {
  endpoint = await startEndpointFixture([sesService]);
  client = new SESv2Client(endpoint.client());
  setup = accountSetup(endpoint.world);
});
afterAll(() => endpoint.close());

const mail = (from: string, to: string): SendEmailCommand =>
  new SendEmailCommand({
    FromEmailAddress: from,
    Destination: { ToAddresses: [to] },
    Content: { Simple: { Subject: { Data: 'Your volume' }, Body: { Text: { Data: 'It is idle.' } } } },
  });

describe('Amazon SES', () => {
  it('starts in its sandbox, where only verified addresses get mail', async () => {
    const account = await client.send(new GetAccountCommand({}));
    expect(account).toMatchObject({ ProductionAccessEnabled: false, SendQuota: { Max24HourSend: 200 } });
    await client.send(new CreateEmailIdentityCommand({ EmailIdentity: 'admin@example.org' }));
    const pending = await client.send(new GetEmailIdentityCommand({ EmailIdentity: 'admin@example.org' }));
    expect(pending).toMatchObject({ VerifiedForSendingStatus: false, VerificationStatus: 'PENDING' });
    setup.verifySesIdentity(testRegion, 'admin@example.org');
    await expect(client.send(mail('admin@example.org', 'user@example.com'))).rejects.toMatchObject({
      name: 'MessageRejected',
      message: expect.stringContaining('in region US-WEST-2: user@example.com'),
    });
  });

  it('sends to everybody with production access, from a verified domain too', async () => {
    setup.grantSesProductionAccess(testRegion);
    setup.verifySesIdentity(testRegion, 'example.net');
    expect(await client.send(new GetAccountCommand({}))).toMatchObject({ ProductionAccessEnabled: true });
    await client.send(mail('Lab <lab@example.net>', 'user@example.com'));
    const { sent } = endpoint.world.state(sesState, testRegion);
    expect(sent).toMatchObject([{ to: ['user@example.com'], subject: 'Your volume', text: 'It is idle.' }]);
    await expect(client.send(mail('lab@other.net', 'user@example.com'))).rejects.toMatchObject({
      name: 'MessageRejected',
    });
  });

  it('knows identities once', async () => {
    await expect(client.send(new GetEmailIdentityCommand({ EmailIdentity: 'x@y.z' }))).rejects.toMatchObject({
      name: 'NotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(client.send(new CreateEmailIdentityCommand({ EmailIdentity: 'example.net' }))).rejects.toMatchObject({
      name: 'AlreadyExistsException',
    });
  });
});
