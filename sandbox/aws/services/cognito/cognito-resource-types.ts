import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import {
  optionalFlag,
  optionalRecord,
  optionalText,
  type Properties,
  recordList,
  requiredText,
  textList,
} from '../ec2/property-values.ts';
import { refuseProperties } from '../unsupported-properties.ts';
import { clientResourceTypes } from './client-resource-types.ts';
import {
  cognitoState,
  findPool,
  makeDomain,
  makePool,
  removeDomain,
  removePool,
  type UserPool,
} from './cognito-state.ts';
import { memberResourceTypes } from './member-resource-types.ts';
import { checkSender, type PoolSettings, settingNames, typed, withDefaults } from './pool-settings.ts';

function createPool(request: CreateRequest): ResourceState {
  const { world, region, properties } = request;
  refuseProperties('AWS::Cognito::UserPool', properties, [
    'IssuerConfiguration',
    'KeyConfiguration',
    'WebAuthnRelyingPartyID',
    'WebAuthnUserVerification',
  ]);
  const pool = makePool(world, region, {
    name: optionalText(properties, 'UserPoolName') ?? request.generateName({ maxLength: 128 }),
    schema: recordList(properties, 'Schema').map((each) => typed(each) as Record<string, unknown>),
    usernameAttributes: textList(properties, 'UsernameAttributes'),
    aliasAttributes: textList(properties, 'AliasAttributes'),
    // Pools are case-sensitive unless told otherwise when made by this type (AWS::Cognito::UserPool UsernameConfiguration).
    caseSensitive: optionalFlag(optionalRecord(properties, 'UsernameConfiguration'), 'CaseSensitive', true),
    tags: tagsOf(request),
    settings: settingsOf(properties),
  });
  return poolState(pool);
}

function settingsOf(properties: Properties): Partial<PoolSettings> {
  const given = settingNames
    .filter((name) => properties[name] !== undefined)
    .map((name) => [name, typed(properties[name], name)]);
  return Object.fromEntries(given) as Partial<PoolSettings>;
}

/** `UserPoolTags` is a map, not a list. */
const tagsOf = ({ properties, stackTags }: CreateRequest | UpdateRequest): Record<string, string> => {
  const own = Object.entries(optionalRecord(properties, 'UserPoolTags')).map(([key, value]) => [key, String(value)]);
  return { ...stackTags, ...Object.fromEntries(own) };
};

function updatePool(request: UpdateRequest): ResourceState {
  const pool = findPool(request.world, request.region, request.physicalId);
  const settings = withDefaults(settingsOf(request.properties));
  checkSender(request.world, settings);
  pool.settings = settings;
  pool.name = optionalText(request.properties, 'UserPoolName') ?? pool.name;
  pool.tags = tagsOf(request);
  pool.modifiedAt = request.world.clock.now();
  return poolState(pool);
}

const poolState = ({ id, arn }: UserPool): ResourceState => ({
  physicalId: id,
  attributes: {
    UserPoolId: id,
    Arn: arn,
    ProviderName: `cognito-idp.${id.split('_')[0]}.amazonaws.com/${id}`,
    ProviderURL: `https://cognito-idp.${id.split('_')[0]}.amazonaws.com/${id}`,
  },
});

function deletePool({ world, region, physicalId }: ExistingRequest): void {
  if (cognitoState(world, region).pools.has(physicalId)) removePool(world, region, physicalId);
}

/** Custom domains need a certificate and CloudFront, which the sandbox does not have. */
function createDomain({ world, region, properties }: CreateRequest): ResourceState {
  refuseProperties('AWS::Cognito::UserPoolDomain', properties, ['CustomDomainConfig', 'Routing']);
  const domain = requiredText(properties, 'Domain');
  makeDomain(world, region, findPool(world, region, requiredText(properties, 'UserPoolId')), domain);
  return { physicalId: domain, attributes: { CloudFrontDistribution: '' } };
}

/** The CloudFormation types of Amazon Cognito user pools that the sandbox has. */
export const cognitoResourceTypes: ResourceType[] = [
  {
    type: 'AWS::Cognito::UserPool',
    seconds: { create: 5, update: 5, delete: 3 },
    create: createPool,
    update: updatePool,
    read({ world, region, physicalId }) {
      const pool = cognitoState(world, region).pools.get(physicalId);
      return pool && { ...pool.settings, UserPoolName: pool.name };
    },
    delete: deletePool,
  },
  {
    type: 'AWS::Cognito::UserPoolDomain',
    seconds: { create: 5, update: 5, delete: 3 },
    create: createDomain,
    update: ({ physicalId }: UpdateRequest) => ({ physicalId, attributes: { CloudFrontDistribution: '' } }),
    read: ({ world, region, physicalId, properties }) =>
      cognitoState(world, region).pools.get(String(properties['UserPoolId']))?.domain === physicalId ? {} : undefined,
    delete: ({ world, region, physicalId, properties }: ExistingRequest) => {
      const pool = cognitoState(world, region).pools.get(String(properties['UserPoolId']));
      if (pool?.domain === physicalId) removeDomain(world, region, physicalId);
    },
  },
  ...clientResourceTypes,
  ...memberResourceTypes,
];
