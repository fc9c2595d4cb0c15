import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { catalogueSources, deploymentOf, exampleText, exampleWith } from '../../../test/fixtures/example-deployment.ts';
import { stacksOf } from './catalogue.ts';
import { renderOverlay } from './render.ts';
import { stackKinds } from './stack.ts';
import { readTemplate } from './template.ts';
import { readVersions } from './versions.ts';

function render(text: string) {
  const sources = catalogueSources();
  const deployment = deploymentOf(text);
  const stacks = stacksOf(deployment, sources);
  return renderOverlay(deployment, { stacks, declaration: text, versions: sources.versions });
}

function fileOf(text: string, path: string): string {
  const found = render(text).cluster.find((file) => file.path === path);
  if (found === undefined) throw new RangeError(path);
  return found.text;
}

describe('the rendered files', () => {
  test('are the same for the same input, sorted, and plain files', () => {
    const rendered = render(exampleText);
    expect(render(exampleText)).toEqual(rendered);
    expect(rendered.container).toMatchObject([
      { path: 'images/images.txt', text: 'helloworld\nsar\n', mode: '100644' },
    ]);
    expect(rendered.cluster.map(({ path }) => path)).toEqual([
      'opensarlab/autoscaler.yaml',
      'opensarlab/notifications.yaml',
      'opensarlab/opensarlab.yaml',
      'opensarlab/service-accounts.yaml',
      'opensarlab/smoke-test.json',
      ...stackKinds
        .toSorted()
        .flatMap((kind) => [
          `opensarlab/stacks/example-${kind}.parameters.yaml`,
          `opensarlab/stacks/example-${kind}.yaml`,
        ])
        .sort(),
      'opensarlab/undeclared-service-accounts.selector',
      'opensarlab/values.yaml',
      'opensarlab/versions.env',
    ]);
  });

  test('carry the declaration and the final templates as they are', () => {
    expect(fileOf(exampleText, 'opensarlab/opensarlab.yaml')).toBe(exampleText);
    const [container] = stacksOf(deploymentOf(exampleText), catalogueSources());
    expect(fileOf(exampleText, 'opensarlab/stacks/example-container.yaml')).toBe(container?.templateBody);
  });

  test('the hub’s values are reviewed as a whole', () => {
    expect(fileOf(exampleText, 'opensarlab/values.yaml')).toMatchSnapshot();
  });

  test('the smoke test covers every profile', () => {
    const registry = '123456789012.dkr.ecr.us-west-2.amazonaws.com/example-container';
    expect(JSON.parse(fileOf(exampleText, 'opensarlab/smoke-test.json'))).toEqual({
      users: [1, 2, 3, 4, 5].map((number) => `opensarlab-smoke-${number}`),
      profiles: [
        { slug: 'hello-world', image: `${registry}/helloworld:latest` },
        { slug: 'sar-1', image: `${registry}/sar:latest` },
      ],
    });
  });

  test('versions are shell variables', () => {
    expect(fileOf(exampleText, 'opensarlab/versions.env')).toContain("JUPYTERHUB_CHART_VERSION='4.4.0'\n");
  });
});

describe('profiles for the hub', () => {
  const profile = (...replacements: (readonly [string, string])[]): unknown => {
    const values = load(fileOf(exampleWith(...replacements), 'opensarlab/values.yaml'));
    return (values as { custom: { profiles: unknown[] } }).custom.profiles[1];
  };

  test('have a slug from their name alone, so that it stays when others come and go', () => {
    expect(profile()).toMatchObject({ slug: 'sar-1', group: 'SAR_1' });
    expect(profile(['name: Hello World', 'name: Other'], ['name: Hello_World', 'name: Other'])).toMatchObject({
      slug: 'sar-1',
    });
  });

  test.each([
    ['desktop: true', { default_url: '/desktop' }],
    ['classic: true', { default_url: '/nbclassic/tree' }],
    ['delete_user_volumes: true', { delete_pvc: true }],
  ])('%s', (line, expected) => {
    const override = profile(['hook_script: sar.sh', `hook_script: sar.sh\n    ${line}`]);
    expect(override).toMatchObject({ kubespawner_override: expected });
  });

  test('limits that are not declared are left to the chart', () => {
    const without = profile(['    cpu_limit: 8\n', ''], ['    hook_script: sar.sh\n', '']) as Record<string, object>;
    expect(without.kubespawner_override).not.toHaveProperty('cpu_limit');
    expect(without.kubespawner_override).not.toHaveProperty('lifecycle_hooks');
  });
});

describe('service accounts', () => {
  const declared = exampleWith(
    ['# service_account: archive-reader', 'service_account: archive-reader'],
    [
      '# service_accounts:',
      'service_accounts: [{name: archive-reader, permissions: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}]',
    ],
  );
  const profiles = (text: string): Record<string, Record<string, unknown>>[] => {
    const values = load(fileOf(text, 'opensarlab/values.yaml')) as { custom: { profiles: never[] } };
    return values.custom.profiles;
  };

  test('are what servers of the profiles that name one run as, without a token for Kubernetes', () => {
    const [other, sar] = profiles(declared);
    expect(sar?.kubespawner_override).toMatchObject({
      service_account: 'archive-reader',
      automount_service_account_token: false,
      extra_labels: { 'opensarlab/service-account': 'archive-reader' },
    });
    expect(other?.kubespawner_override).not.toHaveProperty('service_account');
    expect(other?.kubespawner_override?.extra_labels).not.toHaveProperty(['opensarlab/service-account']);
  });

  test('and the way to their credentials are objects of the cluster', () => {
    const { items } = load(fileOf(declared, 'opensarlab/service-accounts.yaml')) as { items: unknown[] };
    expect(items).toEqual([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'jupyter' } },
      {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: {
          name: 'archive-reader',
          namespace: 'jupyter',
          labels: { 'opensarlab/service-account': 'archive-reader' },
        },
        automountServiceAccountToken: false,
      },
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'pod-identity-agent', namespace: 'jupyter' },
        spec: {
          podSelector: { matchExpressions: [{ key: 'opensarlab/service-account', operator: 'Exists' }] },
          policyTypes: ['Egress'],
          egress: [{ to: [{ ipBlock: { cidr: '169.254.170.23/32' } }], ports: [{ protocol: 'TCP', port: 80 }] }],
        },
      },
    ]);
  });

  test('that are no longer declared are selected by their label', () => {
    const selector = (text: string): string => fileOf(text, 'opensarlab/undeclared-service-accounts.selector');
    expect(selector(exampleText)).toBe('opensarlab/service-account\n');
    expect(selector(declared)).toBe('opensarlab/service-account,opensarlab/service-account notin (archive-reader)\n');
  });

  test('have a role with exactly the declared statements, for this account in this cluster alone', () => {
    const hub = stacksOf(deploymentOf(declared), catalogueSources()).find(({ kind }) => kind === 'jupyterhub');
    const { Resources } = readTemplate(hub?.templateBody ?? '', 'jupyterhub.yaml');
    const [role = ''] = Object.keys(Resources).filter((id) => id.startsWith('ServiceAccountRole'));
    expect(Resources[role]).toMatchInlineSnapshot(`
      {
        "Properties": {
          "AssumeRolePolicyDocument": {
            "Statement": [
              {
                "Action": [
                  "sts:AssumeRole",
                  "sts:TagSession",
                ],
                "Condition": {
                  "StringEquals": {
                    "aws:RequestTag/eks-cluster-arn": {
                      "Fn::Sub": "arn:\${AWS::Partition}:eks:\${AWS::Region}:\${AWS::AccountId}:cluster/\${DeploymentName}-cluster",
                    },
                    "aws:RequestTag/kubernetes-namespace": "jupyter",
                    "aws:RequestTag/kubernetes-service-account": "archive-reader",
                    "aws:SourceAccount": {
                      "Ref": "AWS::AccountId",
                    },
                  },
                },
                "Effect": "Allow",
                "Principal": {
                  "Service": "pods.eks.amazonaws.com",
                },
              },
            ],
            "Version": "2012-10-17",
          },
          "Description": "What servers with the service account archive-reader may do.",
          "Path": "/opensarlab/",
          "PermissionsBoundary": {
            "Fn::Sub": "arn:\${AWS::Partition}:iam::\${AWS::AccountId}:policy/\${PermissionsBoundary}",
          },
          "Policies": [
            {
              "PolicyDocument": {
                "Statement": [
                  {
                    "Action": "s3:*",
                    "Effect": "Allow",
                    "Resource": "*",
                  },
                ],
                "Version": "2012-10-17",
              },
              "PolicyName": "declared",
            },
          ],
          "RoleName": "us-west-2-example.archive-reader",
        },
        "Type": "AWS::IAM::Role",
      }
    `);
    expect(Object.values(Resources)).toContainEqual({
      Type: 'AWS::EKS::PodIdentityAssociation',
      Properties: {
        ClusterName: { Ref: 'ClusterName' },
        Namespace: 'jupyter',
        ServiceAccount: 'archive-reader',
        RoleArn: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/opensarlab/\${${role}}` },
      },
    });
  });
});

describe('versions', () => {
  test('without quotes are refused', () => {
    const text = catalogueSources().versions.replace('version: "1.36"', 'version: 1.30');
    expect(() => readVersions(text)).toThrow('versions.yaml has no text at kubernetes.version.');
  });

  test('an add-on can be pinned', () => {
    const sources = catalogueSources();
    const versions = sources.versions.replace('coredns: {version: default', 'coredns: {version: v1.13.2-eksbuild.1');
    const [, cluster] = stacksOf(deploymentOf(exampleText), { ...sources, versions });
    expect(cluster?.templateBody).toContain('AddonVersion: v1.13.2-eksbuild.1');
  });
});
