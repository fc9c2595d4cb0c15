import { describe, expect, test } from 'vitest';
import { deploymentOf, exampleText, exampleWith } from '../../../test/fixtures/example-deployment.ts';
import { longestName, namesFor, physicalName, physicalNames } from './names.ts';

/** The longest deployment name that one row of the table allows. */
function room(id: string, region: string): number | undefined {
  const rows = namesFor({ name: '', region, images: [], namespace: '-container' });
  return rows.find((row) => row.id === id)?.remaining;
}

describe('the longest name per resource and region', () => {
  // Limits of AWS less the fixed parts: 32 - len('us-west-2-') and so on.
  test.each([
    ['target-group', 'us-west-2', 22],
    ['target-group', 'ap-southeast-2', 17],
    ['target-group', 'us-gov-west-1', 18],
    ['load-balancer', 'us-west-2', 32],
    ['bucket-container', 'us-west-2', 23],
    ['bucket-container', 'ap-southeast-2', 18],
    ['bucket-container', 'us-gov-west-1', 19],
    ['user-pool-domain', 'us-west-2', 55],
    ['eks-cluster', 'us-west-2', 92],
    ['access-role', 'us-west-2', 34],
  ])('%s in %s: %i', (id, region, expected) => {
    expect(room(id, region)).toBe(expected);
  });

  test.each([
    ['us-west-2', 22],
    ['us-east-1', 22],
    ['ap-northeast-1', 17],
    ['us-gov-west-1', 18],
  ])('the target group decides in %s: %i', (region, expected) => {
    expect(longestName(region)).toBe(expected);
  });
});

test('each service account has a role', () => {
  const text = exampleWith([
    '# service_accounts:',
    'service_accounts: [{name: reader, permissions: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}]',
  ]);
  const deployment = deploymentOf(text);
  expect(physicalName(deployment, 'service-account-role-reader')).toBe('us-west-2-example.reader');
  expect(physicalNames(deployment).length).toBe(physicalNames(deploymentOf(exampleText)).length + 1);
});

describe('the names of the example', () => {
  const deployment = deploymentOf(exampleText);

  test('are upstream’s', () => {
    expect(Object.fromEntries(physicalNames(deployment).map(({ id, name }) => [id, name]))).toMatchInlineSnapshot(`
      {
        "access-role": "us-west-2-example-cluster-user-access",
        "bucket-cluster": "opensarlab-pipeline-us-west-2-example",
        "bucket-container": "opensarlab-pipeline-us-west-2-example-container",
        "build-hub": "example-jupyterhub",
        "build-hub-images": "example-jupyterhub-images",
        "build-images": "example-images",
        "code-cluster": "example-cluster",
        "code-container": "example-container",
        "ecr-hub": "example-container/hub",
        "ecr-image-helloworld": "example-container/helloworld",
        "ecr-image-sar": "example-container/sar",
        "ecr-services": "example-container/services",
        "eks-cluster": "example-cluster",
        "load-balancer": "example",
        "log-eks": "/aws/eks/example-cluster/cluster",
        "log-hub": "/aws/codebuild/example-jupyterhub",
        "log-hub-images": "/aws/codebuild/example-jupyterhub-images",
        "log-images": "/aws/codebuild/example-images",
        "log-sign-up": "/aws/lambda/example-sign-up",
        "pipeline-cluster": "example-Pipeline",
        "pipeline-container": "example-Container-Pipeline",
        "stack-cluster": "example-cluster",
        "stack-cluster-pipeline": "example-cluster-pipeline",
        "stack-cognito": "example-cognito",
        "stack-container": "example-container",
        "stack-jupyterhub": "example-jupyterhub",
        "target-group": "us-west-2-example",
        "user-pool": "example-cluster",
        "user-pool-client": "example-cluster",
        "user-pool-domain": "example-cluster",
      }
    `);
  });

  test('one by id', () => {
    expect(physicalName(deployment, 'ecr-image-sar')).toBe('example-container/sar');
    expect(() => physicalName(deployment, 'nothing')).toThrow(RangeError);
  });

  test('no two resources of one sort share a name', () => {
    const all = physicalNames(deployment).map(({ resource, name }) => `${resource} ${name}`);
    expect(new Set(all).size).toBe(all.length);
  });
});
