import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import { optionalFlag, optionalText, type Properties, requiredText, textList } from '../ec2/property-values.ts';
import { cognitoState, findPool, newClientId, newClientSecret, type PoolClient } from './cognito-state.ts';

/** Properties that CreateUserPoolClient takes under the same name. */
const TEXT_LISTS = [
  'CallbackURLs',
  'LogoutURLs',
  'AllowedOAuthFlows',
  'AllowedOAuthScopes',
  'ExplicitAuthFlows',
  'SupportedIdentityProviders',
  'ReadAttributes',
  'WriteAttributes',
];
const NUMBERS = ['RefreshTokenValidity', 'AccessTokenValidity', 'IdTokenValidity', 'AuthSessionValidity'];
const FLAGS = ['AllowedOAuthFlowsUserPoolClient', 'EnableTokenRevocation', 'EnablePropagateAdditionalUserContextData'];
const AS_GIVEN = [
  'DefaultRedirectURI',
  'PreventUserExistenceErrors',
  'TokenValidityUnits',
  'AnalyticsConfiguration',
  'RefreshTokenRotation',
];

function createClient(request: CreateRequest): ResourceState {
  const { world, region, properties } = request;
  const pool = findPool(world, region, requiredText(properties, 'UserPoolId'));
  checkClient(properties);
  const client: PoolClient = {
    id: newClientId(),
    name: optionalText(properties, 'ClientName') ?? request.generateName({ maxLength: 128 }),
    secret: optionalFlag(properties, 'GenerateSecret', false) ? newClientSecret() : undefined,
    settings: settingsOf(properties),
    createdAt: world.clock.now(),
  };
  pool.clients.set(client.id, client);
  return clientState(client);
}

function updateClient({ world, region, properties, physicalId }: UpdateRequest): ResourceState {
  const client = findPool(world, region, requiredText(properties, 'UserPoolId')).clients.get(physicalId);
  if (!client) throw new AwsError('ResourceNotFoundException', `User pool client ${physicalId} does not exist.`);
  checkClient(properties);
  client.settings = settingsOf(properties);
  client.name = optionalText(properties, 'ClientName') ?? client.name;
  return clientState(client);
}

/** Rules of API_CreateUserPoolClient.html: OAuth settings come together, and redirects use https but for localhost. */
function checkClient(properties: Properties): void {
  const flows = textList(properties, 'AllowedOAuthFlows');
  const redirects = textList(properties, 'CallbackURLs');
  if (flows.length > 0 && textList(properties, 'AllowedOAuthScopes').length === 0) {
    throw new AwsError(
      'InvalidOAuthFlowException',
      'AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.',
    );
  }
  if (flows.some((flow) => flow !== 'client_credentials') && redirects.length === 0) {
    throw new AwsError(
      'InvalidParameterException',
      'callback_urls is required when allowed_oauth_flows contains code or implicit.',
    );
  }
  for (const url of [...redirects, ...textList(properties, 'LogoutURLs')]) {
    if (!URL.canParse(url)) throw new AwsError('InvalidParameterException', `${url} is not a valid URL.`);
    const { protocol, hostname, hash } = new URL(url);
    if (protocol === 'http:' && hostname !== 'localhost') {
      throw new AwsError('InvalidParameterException', `${url} cannot use the HTTP protocol.`);
    }
    if (hash !== '') throw new AwsError('InvalidParameterException', `${url} cannot have a fragment component.`);
  }
  const provider = textList(properties, 'SupportedIdentityProviders').find((each) => each !== 'COGNITO');
  if (provider !== undefined) {
    throw new AwsError(
      'InvalidParameterException',
      `The provider ${provider} does not exist for User Pool ${String(properties['UserPoolId'])}`,
    );
  }
}

function settingsOf(properties: Properties): Record<string, unknown> {
  const present = (names: readonly string[]): string[] => names.filter((name) => properties[name] !== undefined);
  return Object.fromEntries([
    ...present(TEXT_LISTS).map((name) => [name, textList(properties, name)]),
    ...present(NUMBERS).map((name) => [name, Number(properties[name])]),
    ...present(FLAGS).map((name) => [name, optionalFlag(properties, name, false)]),
    ...present(AS_GIVEN).map((name) => [name, properties[name]]),
  ]) as Record<string, unknown>;
}

const clientState = ({ id, name, secret }: PoolClient): ResourceState => ({
  physicalId: id,
  attributes: { ClientId: id, Name: name, ...(secret === undefined ? {} : { ClientSecret: secret }) },
});

/** AWS::Cognito::UserPoolClient */
export const clientResourceTypes: ResourceType[] = [
  {
    type: 'AWS::Cognito::UserPoolClient',
    seconds: { create: 3, update: 3, delete: 2 },
    create: createClient,
    update: updateClient,
    read({ world, region, physicalId, properties }) {
      const pool = cognitoState(world, region).pools.get(String(properties['UserPoolId']));
      const client = pool?.clients.get(physicalId);
      return client && { ...client.settings, ClientName: client.name };
    },
    delete: ({ world, region, physicalId, properties }: ExistingRequest) => {
      cognitoState(world, region).pools.get(String(properties['UserPoolId']))?.clients.delete(physicalId);
    },
  },
];
