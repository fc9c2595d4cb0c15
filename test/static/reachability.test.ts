import { describe, expect, test } from 'vitest';
import { rowOf } from '../../actions/lib/resources/resource-types.ts';
import { policiesOf, texts } from '../../scripts/check/static-proof/policy-statements.ts';
import { type RenderedTemplate, renderedTemplates } from '../../scripts/check/static-proof/rendered-templates.ts';
import { type ResolvedResource, resolvedResources } from '../../scripts/check/static-proof/resolved-resources.ts';

const network = '10.0.0.0/16';
const templates = renderedTemplates();
const clusters = templates.filter(({ name }) => name.endsWith('-cluster'));

function ofType(template: RenderedTemplate, type: string): ResolvedResource[] {
  return resolvedResources(template).filter((resource) => resource.type === type);
}

function all(type: string): ResolvedResource[] {
  return templates.flatMap((template) => ofType(template, type));
}

function only(template: RenderedTemplate, id: string): Record<string, unknown> {
  const found = resolvedResources(template).find((resource) => resource.id === id);
  if (found === undefined) throw new RangeError(`${template.name} has no ${id}.`);
  return found.properties;
}

const rulesOf = (group: ResolvedResource, direction: 'Ingress' | 'Egress'): Record<string, unknown>[] =>
  [group.properties[`SecurityGroup${direction}`] ?? []].flat().map(Object);

describe('what the internet reaches', () => {
  test('is the load balancer, the sign-in pages and the Kubernetes API: no other type has an address', () => {
    const types = new Set(templates.flatMap((template) => resolvedResources(template).map(({ type }) => type)));
    expect([...types].filter((type) => rowOf(type)?.reachable !== false).sort()).toEqual([
      'AWS::Cognito::UserPoolDomain',
      'AWS::EKS::Cluster',
      'AWS::ElasticLoadBalancingV2::LoadBalancer',
    ]);
    expect(clusters).toHaveLength(6);
  });

  test.each(clusters.map((template) => [`${template.region} ${template.name}`, template] as const))(
    '%s: only the load balancer takes connections from outside the network, at 80 and 443',
    (_, template) => {
      for (const group of ofType(template, 'AWS::EC2::SecurityGroup')) {
        for (const rule of rulesOf(group, 'Ingress')) {
          expect(rule.Description, group.id).toBeTruthy();
          expect(rule).not.toHaveProperty('CidrIpv6');
          if (rule.CidrIp === undefined || rule.CidrIp === network) continue;
          expect([group.id, rule.IpProtocol]).toEqual(['LoadBalancerSecurityGroup', 'tcp']);
          expect([80, 443]).toContain(rule.FromPort);
          expect(rule.ToPort).toBe(rule.FromPort);
        }
        for (const rule of rulesOf(group, 'Egress')) {
          expect(rule.Description, group.id).toBeTruthy();
          expect(rule.CidrIp, group.id).toBe(network);
        }
      }
      expect(ofType(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer').map(({ id }) => id)).toEqual([
        'LoadBalancer',
      ]);
      expect(only(template, 'LoadBalancer').SecurityGroups).toEqual(['LoadBalancerSecurityGroup']);
    },
  );

  test('at port 80 it only says that there is port 443, which speaks TLS 1.2 or newer', () => {
    for (const template of clusters) {
      expect(only(template, 'HttpListener').DefaultActions).toEqual([
        { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
      ]);
      expect(only(template, 'HttpsListener').SslPolicy).toMatch(/^ELBSecurityPolicy-TLS13-1-2-/);
      expect(only(template, 'LoadBalancer').LoadBalancerAttributes).toContainEqual({
        Key: 'routing.http.drop_invalid_header_fields.enabled',
        Value: 'true',
      });
    }
  });

  test('of the Kubernetes API are the declared addresses', () => {
    const cidrs = (name: string): unknown => {
      const template = clusters.find((candidate) => candidate.name === `${name}-cluster`);
      if (template === undefined) throw new RangeError(name);
      return Object(only(template, 'Cluster').ResourcesVpcConfig).PublicAccessCidrs;
    };
    expect(cidrs('maximal')).toEqual(['203.0.113.0/24', '198.51.100.7/32']);
    expect(cidrs('minimal')).toEqual(['0.0.0.0/0']);
  });
});

describe('machines', () => {
  const isPublic = (template: RenderedTemplate): boolean => template.name === 'public-cluster';

  test('have no public addresses, unless declared, and answer nobody but the load balancer and each other', () => {
    for (const template of clusters) {
      const subnet = isPublic(template) ? 'PublicSubnet' : 'PrivateSubnet';
      for (const { id, properties } of ofType(template, 'AWS::EC2::Subnet')) {
        expect(properties.MapPublicIpOnLaunch ?? false, id).toBe(isPublic(template) && id === 'PublicSubnet');
      }
      for (const { properties } of ofType(template, 'AWS::EKS::Nodegroup'))
        expect(properties.Subnets).toEqual([subnet]);
      expect(only(template, 'CoreNode').VPCZoneIdentifier).toEqual([subnet]);
      for (const { properties } of ofType(template, 'AWS::EC2::LaunchTemplate')) {
        const data = Object(properties.LaunchTemplateData);
        expect(data).not.toHaveProperty('NetworkInterfaces');
        expect(data).not.toHaveProperty('KeyName');
        expect(data.MetadataOptions).toEqual({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
      }
    }
  });

  test('in private subnets reach the internet by NAT alone', () => {
    for (const template of clusters) {
      const routes = ofType(template, 'AWS::EC2::Route').map(({ properties }) => properties);
      for (const route of routes.filter(({ RouteTableId }) => RouteTableId === 'PrivateRouteTable')) {
        expect(route).toHaveProperty('NatGatewayId', 'NatGateway');
        expect(route).not.toHaveProperty('GatewayId');
      }
      expect(routes).toHaveLength(isPublic(template) ? 1 : 2);
    }
  });
});

describe('everything else', () => {
  test('buckets are closed to the public and to plain HTTP', () => {
    expect(all('AWS::S3::Bucket').length).toBeGreaterThan(5);
    for (const { id, properties } of all('AWS::S3::Bucket')) {
      expect(Object.values(Object(properties.PublicAccessBlockConfiguration)), id).toEqual([true, true, true, true]);
      expect(properties.BucketEncryption, id).toBeDefined();
      expect(properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    }
    expect(all('AWS::S3::BucketPolicy')).toHaveLength(all('AWS::S3::Bucket').length);
  });

  test('no policy of a resource lets everybody in', () => {
    for (const { document, resource } of templates
      .flatMap(policiesOf)
      .filter(({ purpose }) => purpose === 'resource')) {
      for (const { Effect, Principal } of document.Statement) {
        if (Effect === 'Allow')
          expect(texts(Object(Principal).AWS), resource.id).toEqual([
            expect.stringMatching(/:(root|role\/opensarlab-cloudformation)$/),
          ]);
      }
    }
    for (const { properties } of all('AWS::Lambda::Permission')) {
      expect(properties).toMatchObject({ Principal: 'cognito-idp.amazonaws.com', SourceAccount: '123456789012' });
      expect(properties.SourceArn).toMatch(/:userpool\//);
    }
    for (const { properties } of all('AWS::ECR::Repository'))
      expect(properties).not.toHaveProperty('RepositoryPolicyText');
  });

  test('logs are declared, with a retention', () => {
    for (const { id, properties } of all('AWS::Logs::LogGroup')) expect(properties.RetentionInDays, id).toBeDefined();
  });
});
