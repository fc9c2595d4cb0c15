import { GetOpenIDConnectProviderCommand, IAMClient } from '@aws-sdk/client-iam';
import type { IdentityProviders } from '../../ports/aws-ports.ts';
import { findInAws } from './aws-failure.ts';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';

/** The port to the identity providers of AWS IAM. */
export function connectIdentityProviders(settings: ClientSettings, counter: CallCounter): IdentityProviders {
  const client = counted(new IAMClient(settings), counter);
  return {
    find: (arn) =>
      findInAws(`describe identity provider ${arn}`, ['NoSuchEntity', 'NoSuchEntityException'], async () => {
        const found = await client.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
        return { arn, audiences: found.ClientIDList ?? [] };
      }),
  };
}
