import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { FakeAws } from '../../actions/lib/ports/test/fake-aws.ts';
import { settleParameters } from '../../actions/lib/stack-operations/kept-parameters.ts';
import { resolveParameters } from '../../actions/lib/stack-operations/stack-parameters.ts';
import { stacksOf } from '../../actions/lib/stacks/catalogue.ts';
import { hubValues } from '../../actions/lib/stacks/hub-values.ts';
import { readTemplate } from '../../actions/lib/stacks/template.ts';
import {
  catalogueSources,
  deploymentOf,
  exampleText,
  repositoryText,
  variantText,
} from '../fixtures/example-deployment.ts';
import { createPlayground, type Playground } from './stub-commands.ts';

/** Every way on which a hub could come up without its user pool ends before the hub. */

describe('the values of the chart', () => {
  it('let nobody in unless the hub’s own configuration says how', () => {
    const common = load(repositoryText('cluster/jupyterhub/values.yaml')) as {
      hub: { config: { JupyterHub: object } };
    };
    expect(common.hub.config.JupyterHub).toMatchObject({ authenticator_class: 'null' });
    expect(Object.keys(common.hub.config)).not.toContain('DummyAuthenticator');
  });

  it.each([exampleText, variantText])('are not told otherwise by what a declaration renders', (text) => {
    type Roles = Record<string, { scopes: string[] }>;
    const rendered = hubValues(deploymentOf(text)) as { hub: { loadRoles: Roles }; custom: { smoke_users: string[] } };
    expect(Object.keys(rendered).sort()).toEqual(['custom', 'hub']);
    expect(Object.keys(rendered.hub).sort()).toEqual(['image', 'loadRoles']);
    // Of roles only what the smoke test may do with its own users, as whom nobody signs in.
    const { 'smoke-test': smoke, ...others } = rendered.hub.loadRoles;
    expect(others).toEqual({});
    const owners = smoke?.scopes.map((scope) => scope.split('!user=')[1]);
    expect([...new Set(owners)]).toEqual(rendered.custom.smoke_users);
    // The client, its secret and the addresses exist only at installation.
    expect(rendered.custom).not.toHaveProperty('oauth');
  });
});

describe('the hub’s stack', () => {
  const hub = () => {
    const found = stacksOf(deploymentOf(exampleText), catalogueSources()).find(({ kind }) => kind === 'jupyterhub');
    if (found === undefined) throw new RangeError('no jupyterhub');
    return found;
  };
  const outputs: Record<string, string> = { UserPoolId: 'p', UserPoolClientId: 'c', SignInDomain: 'https://d' };
  const cluster = { ClusterName: 'c', LoadBalancerDnsName: 'd', LoadBalancerHostedZoneId: 'z' };
  const stateWith = (own: Record<string, string>) => ({
    ...{ name: 's', id: '1', status: 'CREATE_COMPLETE', outputs: own, parameters: {} },
    ...{ terminationProtection: false, createdAt: new Date(0) },
  });

  it.each(Object.keys(outputs))('is not made while the user pool’s stack has no %s', async (missing) => {
    const { [missing]: _left, ...rest } = outputs;
    const stack = await settleParameters(hub(), undefined, new FakeAws().ports());
    const stateOf = (kind: string) => stateWith(kind === 'cognito' ? rest : cluster);
    expect(() => resolveParameters(stack, stateOf)).toThrow(`needs output ${missing} of the cognito stack`);
  });

  it.each(Object.keys(outputs))('refuses an empty %s', (name) => {
    const declared = readTemplate(hub().templateBody, 'jupyterhub.yaml').Parameters[name];
    expect(declared?.Default).toBeUndefined();
    expect(declared?.MinLength === 1 || declared?.AllowedPattern === '^https://.+$').toBe(true);
  });
});

describe('the installation', () => {
  const environment = {
    REGISTRY: '123456789012.dkr.ecr.us-west-2.amazonaws.com',
    NAMESPACE: 'sar-container',
    USER_POOL_ID: 'us-west-2_abc',
    USER_POOL_CLIENT_ID: 'client1',
    SIGN_IN_DOMAIN: 'https://sar-cluster.auth.us-west-2.amazoncognito.com',
    DEPLOYMENT_URL: 'https://sar.example.org',
    HUB_IMAGE_TAG: '0123456',
  };
  let playground: Playground;

  beforeEach(() => {
    playground = createPlayground();
    const sources = fileURLToPath(new URL('../../cluster/jupyterhub', import.meta.url));
    cpSync(sources, join(playground.folder, 'jupyterhub'), { recursive: true });
    playground.write('secret', 'verysecret\n');
  });
  afterEach(() => playground.remove());

  const values = (env: Record<string, string>) =>
    playground.run('node', ['jupyterhub/install-values.mjs', 'secret'], env);

  test.each(['USER_POOL_ID', 'USER_POOL_CLIENT_ID', 'SIGN_IN_DOMAIN', 'DEPLOYMENT_URL'])(
    'ends without %s',
    async (name) => {
      for (const value of ['', 'None']) {
        const { code, stdout, stderr } = await values({ ...environment, [name]: value });
        expect(code).not.toBe(0);
        expect(stdout).toBe('');
        expect(stderr).toContain(`The environment lacks ${name}.`);
      }
    },
  );

  test.each(['', 'None', '\n'])('ends with the client secret %j', async (secret) => {
    playground.write('secret', secret);
    const { code, stdout } = await values(environment);
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
  });

  test('goes on with all of them, and knows the issuer of the pool’s tokens', async () => {
    const { code, stdout } = await values(environment);
    expect(code).toBe(0);
    const issuer = 'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_abc';
    expect(JSON.parse(stdout)).toMatchObject({ custom: { oauth: { client_id: 'client1', issuer } } });
  });

  test.each(['abc', 'us-west-2_', 'us-west-2_abc/../x', 'arn:aws:cognito-idp:us-west-2:123456789012:userpool/a'])(
    'ends when %s is called a pool',
    async (pool) => {
      const { code, stdout, stderr } = await values({ ...environment, USER_POOL_ID: pool });
      expect(code).not.toBe(0);
      expect(stdout).toBe('');
      expect(stderr).toContain('USER_POOL_ID must be the id of a user pool');
    },
  );
});
