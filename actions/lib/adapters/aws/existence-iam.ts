import {
  GetInstanceProfileCommand,
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetRoleCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';
import { describing, type ExistenceCheck } from './existence-check.ts';

/** IAM's modelled error for whatever does not exist, and its code on the wire. */
const missing = ['NoSuchEntityException', 'NoSuchEntity'];

/** Whether IAM entities are there: roles and instance profiles by name, policies and providers by ARN. */
export function identityChecks(settings: ClientSettings, counter: CallCounter): Record<string, ExistenceCheck> {
  const client = counted(new IAMClient(settings), counter);
  return {
    'AWS::IAM::Role': describing('role', missing, (id) => client.send(new GetRoleCommand({ RoleName: id }))),
    'AWS::IAM::InstanceProfile': describing('instance profile', missing, (id) =>
      client.send(new GetInstanceProfileCommand({ InstanceProfileName: id })),
    ),
    'AWS::IAM::ManagedPolicy': describing('policy', missing, (id) =>
      client.send(new GetPolicyCommand({ PolicyArn: id })),
    ),
    'AWS::IAM::OIDCProvider': describing('OIDC provider', missing, (id) =>
      client.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: id })),
    ),
  };
}
