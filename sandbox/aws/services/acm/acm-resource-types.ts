import { createHash, randomUUID } from 'node:crypto';
import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { listenersWithCertificate } from '../elbv2/elbv2-state.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import { hostedZoneOf } from '../route53/route53-resource-types.ts';
import { refuseProperties } from '../unsupported-properties.ts';
import { acmState, type Certificate } from './acm-state.ts';

const TYPE = 'AWS::CertificateManager::Certificate';
const UNSUPPORTED = [
  ...['CertificateAuthorityArn', 'CertificateExport', 'CertificateTransparencyLoggingPreference', 'KeyAlgorithm'],
  'SubjectAlternativeNames',
];

/** Validity of certificates that ACM issues (acm/latest/userguide/acm-certificate-characteristics.html). */
const VALID_DAYS = 198;

/**
 * Requests a certificate and proves the domain in the given hosted zone. Elsewhere somebody would have to make the
 * record while the stack waits (AWS::CertificateManager::Certificate, DomainValidationOptions); the sandbox has nobody.
 */
function request(creation: CreateRequest): ResourceState {
  const { world, region, properties } = creation;
  refuseProperties(TYPE, properties, UNSUPPORTED);
  const domainName = String(properties['DomainName']).toLowerCase();
  const zone = validationZone(world, domainName, properties);
  const name = `_${hashOf(`${world.accountId}/${domainName}`)}.${domainName.replace(/^\*\./, '')}.`;
  const values = [`_${hashOf(name)}.acm-validations.aws.`];
  // The same account and domain always get the same record (acm/latest/userguide/dns-validation.html).
  zone.records.set(`${name} CNAME`, { name, type: 'CNAME', ttl: 300, values, alias: undefined });
  const now = world.clock.now();
  const certificate: Certificate = {
    arn: `arn:aws:acm:${region}:${world.accountId}:certificate/${randomUUID()}`,
    ...{ domainName, alternativeNames: [], status: 'PENDING_VALIDATION', issuer: 'AMAZON_ISSUED' },
    ...{ importedAt: now, notBefore: now, notAfter: new Date(now.getTime() + VALID_DAYS * 86_400_000) },
    tags: mergeResourceTags(properties['Tags'], creation.stackTags),
  };
  world.state(acmState, region).set(certificate.arn, certificate);
  return stateOf(certificate);
}

function validationZone(world: AwsWorld, domainName: string, properties: Record<string, unknown>) {
  const options = (properties['DomainValidationOptions'] ?? []) as Record<string, unknown>[];
  const option = options.find((each) => String(each['DomainName']).toLowerCase() === domainName);
  if (properties['ValidationMethod'] !== 'DNS' || option?.['HostedZoneId'] === undefined) {
    throw new AwsError('NotImplemented', `The sandbox makes a ${TYPE} only with DNS validation in a hosted zone.`);
  }
  const zone = hostedZoneOf(world, { HostedZoneId: option['HostedZoneId'] });
  if (`${domainName}.` !== zone.name && !`${domainName}.`.endsWith(`.${zone.name}`)) {
    throw new AwsError('InvalidDomainValidationOptionsException', `${domainName} is not in zone ${zone.name}`);
  }
  return zone;
}

const hashOf = (text: string): string => createHash('md5').update(text).digest('hex');

const stateOf = ({ arn }: Certificate): ResourceState => ({ physicalId: arn, attributes: { CertificateArn: arn } });

function issue({ world, region, physicalId }: ExistingRequest): void {
  const certificate = world.state(acmState, region).get(physicalId);
  if (certificate) certificate.status = 'ISSUED';
}

/** Only tags change in place. */
function update({ world, region, physicalId, properties, stackTags }: UpdateRequest): ResourceState {
  refuseProperties(TYPE, properties, UNSUPPORTED);
  const certificate = world.state(acmState, region).get(physicalId);
  if (!certificate) throw new AwsError('ResourceNotFoundException', `Could not find certificate ${physicalId}.`);
  certificate.tags = mergeResourceTags(properties['Tags'], stackTags);
  return stateOf(certificate);
}

/** API_DeleteCertificate.html, ResourceInUseException. The validation record stays in its zone. */
function read({ world, region, physicalId }: ExistingRequest): Record<string, unknown> | undefined {
  return world.state(acmState, region).has(physicalId) ? {} : undefined;
}

function remove({ world, region, physicalId }: ExistingRequest): void {
  if (listenersWithCertificate(world, region, physicalId).length > 0) {
    throw new AwsError('ResourceInUseException', `Certificate ${physicalId} in account ${world.accountId} is in use.`);
  }
  world.state(acmState, region).delete(physicalId);
}

/** The CloudFormation types of AWS Certificate Manager that the sandbox has. */
export const acmResourceTypes: ResourceType[] = [
  {
    type: TYPE,
    // "It can take several minutes" once the record is there (acm/latest/userguide/dns-validation.html).
    seconds: { create: 150, update: 5, delete: 5 },
    create: request,
    created: issue,
    update,
    read,
    delete: remove,
  },
];
