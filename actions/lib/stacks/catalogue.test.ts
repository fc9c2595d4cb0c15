import { describe, expect, test } from 'vitest';
import {
  catalogueSources,
  deploymentOf,
  exampleText,
  exampleWith,
  variantText,
} from '../../../test/fixtures/example-deployment.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { physicalNames } from '../deployment/names.ts';
import { stackDefinitions, stacksOf } from './catalogue.ts';
import { fingerprintOutput, type Stack, type StackKind, stackKinds } from './stack.ts';
import { readTemplate, type Template, type TemplateResource } from './template.ts';
import { largestTemplateBody } from './template-text.ts';

const sources = catalogueSources();
const stacks = (text: string): Stack[] => stacksOf(deploymentOf(text), sources);

function stack(text: string, kind: StackKind): Stack {
  const found = stacks(text).find((candidate) => candidate.kind === kind);
  if (found === undefined) throw new RangeError(kind);
  return found;
}

const template = (text: string, kind: StackKind): Template => readTemplate(stack(text, kind).templateBody, kind);

function resourcesOfType(text: string, kind: StackKind, type: string): Record<string, TemplateResource> {
  return Object.fromEntries(Object.entries(template(text, kind).Resources).filter(([, { Type }]) => Type === type));
}

const allResources = (text: string): [string, TemplateResource][] =>
  stackKinds.flatMap((kind) => Object.entries(template(text, kind).Resources));

describe('the stacks of a deployment', () => {
  test('have their names, order, tags and dependencies', () => {
    const found = stacks(exampleText);
    expect(found.map(({ name, dependsOn }) => [name, dependsOn])).toEqual([
      ['example-container', []],
      ['example-cluster', []],
      ['example-cognito', []],
      ['example-jupyterhub', ['cluster', 'cognito']],
      ['example-cluster-pipeline', ['jupyterhub']],
    ]);
    for (const { tags } of found) {
      expect(tags).toEqual({ 'osl-billing': 'example', 'opensarlab:deployment': 'example' });
    }
    expect(found.filter(({ retained }) => retained).map(({ kind }) => kind)).toEqual(['cognito']);
  });

  test.each(stackKinds)('%s: its row names the log groups and the bucket that its template makes', (kind) => {
    const made = (type: string): number => Object.keys(resourcesOfType(exampleText, kind, type)).length;
    const { logGroups, bucket } = stackDefinitions[kind].makes;
    const buckets = bucket === undefined ? [] : [bucket];
    expect([made('AWS::Logs::LogGroup'), made('AWS::S3::Bucket')]).toEqual([logGroups.length, buckets.length]);
    const ids = new Set(physicalNames(deploymentOf(exampleText)).map(({ id }) => id));
    expect([...logGroups, ...buckets].filter((id) => !ids.has(id))).toEqual([]);
  });

  test('only the load balancer’s own name makes the user pool wait for the cluster', () => {
    const text = exampleWith(['https://example.opensarlab.example.org', 'load balancer']);
    const { dependsOn, parameters } = stack(text, 'cognito');
    expect(dependsOn).toEqual(['cluster']);
    expect(parameters.DeploymentUrl).toEqual({ stack: 'cluster', output: 'AppUrl' });
    expect(stack(text, 'jupyterhub').parameters).toMatchObject({
      DeploymentUrl: { stack: 'cluster', output: 'AppUrl' },
      RecordName: '',
    });
  });

  test('the cluster’s stack requests a certificate when none is given and it can prove the domain', () => {
    const given = ['  certificate_arn', '  # certificate_arn'] as const;
    const zone = ['  # hosted_zone_id', '  hosted_zone_id'] as const;
    const request = (...edits: (readonly [string, string])[]) => {
      const { CertificateHost: host, CertificateZoneId: zoneId } = stack(exampleWith(...edits), 'cluster').parameters;
      return [host, zoneId];
    };
    expect(request(given, zone)).toEqual(['example.opensarlab.example.org', 'Z0123456789ABCDEFGHIJ']);
    for (const edits of [[given], [zone], []]) expect(request(...edits)).toEqual(['', '']);
  });

  test.each([
    ['example', exampleText],
    ['variant', variantText],
  ])('%s: parameters fit the templates, and references the outputs of earlier stacks', (_, text) => {
    const found = stacks(text);
    for (const { kind, parameters, dependsOn, templateBody } of found) {
      const declared = readTemplate(templateBody, kind).Parameters;
      const required = Object.keys(declared).filter((name) => declared[name]?.Default === undefined);
      expect(Object.keys(declared), kind).toEqual(expect.arrayContaining(Object.keys(parameters)));
      expect(Object.keys(parameters), kind).toEqual(expect.arrayContaining(required));
      for (const [name, value] of Object.entries(parameters)) {
        if (typeof value === 'string') {
          const pattern = declared[name]?.AllowedPattern;
          if (pattern !== undefined) expect(value, name).toMatch(new RegExp(String(pattern)));
          continue;
        }
        if ('creation' in value) continue;
        if ('first' in value) {
          expect(Object.keys(parameters), name).toContain(value.until);
          continue;
        }
        expect(dependsOn, `${kind} ${name}`).toContain(value.stack);
        expect(Object.keys(template(text, value.stack).Outputs), name).toContain(value.output);
      }
    }
  });

  test('protection reaches cluster, load balancer, pool and stacks', () => {
    expect(stacks(variantText).every(({ terminationProtection }) => terminationProtection)).toBe(true);
    expect(stack(variantText, 'cluster').parameters.DeletionProtection).toMatchObject({ afterwards: 'true' });
    expect(stack(exampleText, 'cluster').parameters.DeletionProtection).toBe('false');
    expect(stack(exampleText, 'cognito').parameters.DeletionProtection).toMatchObject({ afterwards: 'ACTIVE' });
  });
});

describe('what the declaration’s lists become', () => {
  test('one node group and launch template per user node type', () => {
    const groups = resourcesOfType(exampleText, 'cluster', 'AWS::EKS::Nodegroup');
    expect(Object.keys(groups)).toEqual(['NodeGroupSmall', 'NodeGroupSar1']);
    expect(groups.NodeGroupSar1).toMatchSnapshot();
    expect(template(exampleText, 'cluster').Resources.LaunchTemplateSar1).toMatchSnapshot();
  });

  test('node groups can be replaced, know one zone, start empty and leave the running machines to the autoscaler', () => {
    for (const { Properties } of Object.values(resourcesOfType(exampleText, 'cluster', 'AWS::EKS::Nodegroup'))) {
      expect(Properties).not.toHaveProperty('NodegroupName');
      expect(Properties?.Subnets).toHaveLength(1);
      expect(Properties?.ScalingConfig).toEqual({
        MinSize: 0,
        MaxSize: expect.any(Number),
        DesiredSize: { 'Fn::If': [expect.any(String), { Ref: 'AWS::NoValue' }, { Ref: expect.any(String) }] },
      });
    }
  });

  test('the hub’s machine bears the mark without which the volume driver may not attach the hub’s volume', () => {
    const machine = template(exampleText, 'cluster').Resources.CoreNodeLaunchTemplate?.Properties;
    expect(JSON.stringify(machine)).toContain(
      JSON.stringify({ Key: 'ebs.csi.aws.com/cluster-name', Value: { 'Fn::Sub': `\${DeploymentName}-cluster` } }),
    );
  });

  test('the administrator is made when Cognito may ask the function about sign-ups', () => {
    const administrator = template(exampleText, 'cognito').Resources.Administrator;
    expect(JSON.stringify(administrator?.Metadata)).toContain('{"Ref":"SignUpPermission"}');
  });

  test('a node group that is made anew is told its number of machines anew', () => {
    const initialSizes = (text: string) =>
      Object.keys(stack(text, 'cluster').parameters).filter((name) => name.startsWith('InitialSar1'));
    const [name] = initialSizes(exampleText);
    expect(stack(exampleText, 'cluster').parameters[name ?? '']).toEqual({
      ...{ first: '0', until: 'SizesSar1', afterwards: '' },
    });
    expect(initialSizes(exampleText.replace('max_number: 20', 'max_number: 30'))).toEqual([name]);
    for (const [from, to] of [
      ['m6a.2xlarge, m5a.2xlarge', 'm6i.2xlarge'],
      ['# is_spot: true ', 'is_spot: true '],
      ['nodes: private', 'nodes: public'],
    ] as const) {
      expect(initialSizes(exampleText.replace(from, to)), to).not.toEqual([name]);
    }
  });

  test('machines that always run wait for the network plug-in; spot is spot', () => {
    const { NodeGroupSmall } = resourcesOfType(variantText, 'cluster', 'AWS::EKS::Nodegroup');
    expect(NodeGroupSmall?.DependsOn).toContain('VpcCniAddon');
    expect(NodeGroupSmall?.Properties?.CapacityType).toBe('SPOT');
  });

  test('the hub’s node lists its further instance types', () => {
    const policy = template(exampleText, 'cluster').Resources.CoreNode?.Properties?.MixedInstancesPolicy;
    expect(policy).toMatchObject({
      LaunchTemplate: { Overrides: [{ InstanceType: { Ref: 'CoreInstanceType' } }, { InstanceType: 't3.xlarge' }] },
    });
  });

  test('one repository per image, however many profiles use it, and those of the hub', () => {
    const text = exampleWith(['image_name: sar', 'image_name: helloworld']);
    expect(Object.keys(resourcesOfType(exampleText, 'container', 'AWS::ECR::Repository'))).toEqual([
      'HubRepository',
      'ServicesRepository',
      'ImageRepositoryHelloworld',
      'ImageRepositorySar',
    ]);
    expect(Object.keys(resourcesOfType(text, 'container', 'AWS::ECR::Repository'))).toHaveLength(3);
  });

  test('one group per profile and sudo, with the administrator in each', () => {
    const groups = Object.values(resourcesOfType(exampleText, 'cognito', 'AWS::Cognito::UserPoolGroup'));
    expect(groups.map(({ Properties }) => Properties?.GroupName)).toEqual(['Hello_World', 'SAR_1', 'sudo']);
    const members = resourcesOfType(exampleText, 'cognito', 'AWS::Cognito::UserPoolUserToGroupAttachment');
    expect(Object.values(members).map(({ Properties }) => Properties?.GroupName)).toEqual([
      'Hello_World',
      'SAR_1',
      'sudo',
    ]);
  });

  test('declared administrators get access to Kubernetes', () => {
    const entries = Object.values(resourcesOfType(variantText, 'cluster', 'AWS::EKS::AccessEntry'));
    expect(entries.map(({ Properties }) => Properties?.PrincipalArn)).toContain('arn:aws:iam::123456789012:role/ops');
  });

  test('what `retain` gives up is deleted, everything else stays', () => {
    const policies = (text: string, type: string) =>
      allResources(text).flatMap(([, resource]) => (resource.Type === type ? [resource.DeletionPolicy] : []));
    expect(new Set(policies(exampleText, 'AWS::Logs::LogGroup'))).toEqual(new Set(['RetainExceptOnCreate']));
    expect(new Set(policies(variantText, 'AWS::Logs::LogGroup'))).toEqual(new Set(['Delete']));
    expect(policies(exampleText, 'AWS::Cognito::UserPool')).toEqual(['RetainExceptOnCreate']);
    expect(policies(variantText, 'AWS::Cognito::UserPool')).toEqual(['Delete']);
  });
});

describe('security of the templates', () => {
  test.each([
    ['example', exampleText],
    ['variant', variantText],
  ])('%s: no administrator, no action on everything, boundaries on all roles', (_, text) => {
    for (const [id, { Type, Properties }] of allResources(text)) {
      expect(JSON.stringify(Properties ?? {}), id).not.toMatch(/AdministratorAccess|PowerUserAccess|"Action":"\*"/);
      if (Type !== 'AWS::IAM::Role') continue;
      expect(Properties?.Path, id).toBe('/opensarlab/');
      expect(Properties?.PermissionsBoundary, id).toBeDefined();
    }
  });

  test('machines refuse metadata requests without a token and from pods, and encrypt their disks', () => {
    const found = Object.values(resourcesOfType(exampleText, 'cluster', 'AWS::EC2::LaunchTemplate'));
    expect(found).toHaveLength(3);
    for (const { Properties } of found) {
      expect(Properties?.LaunchTemplateData).toMatchObject({
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        BlockDeviceMappings: [{ Ebs: { Encrypted: true } }],
      });
    }
  });

  test('buckets refuse the public and plain HTTP', () => {
    for (const kind of ['container', 'cluster-pipeline'] as const) {
      const { ArtifactBucket, ArtifactBucketPolicy } = template(exampleText, kind).Resources;
      expect(Object.values(ArtifactBucket?.Properties?.PublicAccessBlockConfiguration ?? {})).toEqual(
        Array(4).fill(true),
      );
      expect(JSON.stringify(ArtifactBucketPolicy)).toContain('"aws:SecureTransport":"false"');
    }
  });
});

describe('fingerprints', () => {
  const change = (from: string, to: string) => stacks(exampleWith([from, to]));
  const changed = (other: Stack[]): StackKind[] =>
    stacks(exampleText).flatMap((before, index) =>
      before.fingerprint === other[index]?.fingerprint ? [] : [before.kind],
    );

  test('the same input gives the same bytes, and the template carries its fingerprint', () => {
    expect(stacks(exampleText)).toEqual(stacks(exampleText));
    for (const { kind, templateBody, fingerprint } of stacks(exampleText)) {
      expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
      expect(readTemplate(templateBody, kind).Outputs[fingerprintOutput]?.Value).toBe(fingerprint);
    }
  });

  test.each([
    ['a comment', ['# cannot be changed later', '# never'], []],
    ['a profile’s description', ['to look around', 'to learn'], []],
    ['a node’s largest number', ['max_number: 20', 'max_number: 30'], ['cluster']],
    ['an image', ['image_name: sar', 'image_name: train'], ['container']],
    ['a group’s switch', ['all_users: true ', 'all_users: false '], []],
    ['a new profile name', ['name: SAR 1', 'name: SAR 2'], ['cognito']],
    ['the certificate', ['0a1b2c3d', '9a1b2c3d'], ['cluster']],
    ['the address', ['https://example.opensarlab', 'https://lab.opensarlab'], ['cognito', 'jupyterhub']],
    ['the cost tag', ['osl-billing', 'billing'], stackKinds],
  ] as const)('%s changes exactly the stacks it concerns', (_, [from, to], expected) => {
    expect(changed(change(from, to))).toEqual(expected);
  });

  test('a template’s content counts, its comments do not', () => {
    const edit = (from: string, to: string): Stack[] => {
      const container = sources.templates.container.replace(from, to);
      return stacksOf(deploymentOf(exampleText), { ...sources, templates: { ...sources.templates, container } });
    };
    expect(changed(edit('# docker build', '# for docker'))).toEqual([]);
    expect(changed(edit('TimeoutInMinutes: 180', 'TimeoutInMinutes: 90'))).toEqual(['container']);
  });
});

describe('size', () => {
  const withNodes = (count: number): Deployment => {
    const deployment = deploymentOf(exampleText);
    const [, , sar] = deployment.nodes;
    if (sar === undefined) throw new RangeError('The example has three nodes.');
    const more = Array.from({ length: count }, (_, index) => ({ ...sar, name: `sar${index + 2}large` }));
    return { ...deployment, nodes: [...deployment.nodes, ...more] };
  };

  test('twelve user node types fit into a request', () => {
    for (const { templateBody } of stacksOf(withNodes(10), sources)) {
      expect(Buffer.byteLength(templateBody)).toBeLessThan(largestTemplateBody);
    }
  });

  test('more than fits is refused with a hint', () => {
    expect(() => stacksOf(withNodes(40), sources)).toThrow(/The template of the stack cluster has \d+ bytes/);
  });
});
