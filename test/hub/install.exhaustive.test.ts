import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPlayground, type Playground } from './stub-commands.ts';

const sources = fileURLToPath(new URL('../../cluster', import.meta.url));

const environment = {
  REGISTRY: '123456789012.dkr.ecr.us-west-2.amazonaws.com',
  NAMESPACE: 'sar-container',
  USER_POOL_ID: 'us-west-2_abc',
  USER_POOL_CLIENT_ID: 'client1',
  SIGN_IN_DOMAIN: 'https://sar-cluster.auth.us-west-2.amazoncognito.com',
  DEPLOYMENT_URL: 'https://sar.example.org',
  CODEBUILD_RESOLVED_SOURCE_VERSION: '0123456789abcdef0123456789abcdef01234567',
};

const secret = 'verysecretclientsecret';

let playground: Playground;

beforeEach(() => {
  playground = createPlayground();
  cpSync(join(sources, 'jupyterhub'), join(playground.folder, 'jupyterhub'), { recursive: true });
  cpSync(join(sources, 'services'), join(playground.folder, 'services'), { recursive: true });
  playground.write(
    'opensarlab/versions.env',
    [
      "HUB_BASE_IMAGE='quay.io/jupyterhub/k8s-hub:4.4.0'",
      "SERVICES_BASE_IMAGE='public.ecr.aws/docker/library/node:24'",
      "JUPYTERHUB_CHART_VERSION='4.4.0'",
      "JUPYTERHUB_CHART_REPOSITORY='https://hub.jupyter.org/helm-chart/'",
      "AUTOSCALER_CHART_VERSION='9.58.0'",
      "AUTOSCALER_CHART_REPOSITORY='https://kubernetes.github.io/autoscaler'",
    ].join('\n'),
  );
  playground.write('opensarlab/undeclared-service-accounts.selector', 'opensarlab/x,opensarlab/x notin (a, b)\n');
  playground.command('kubectl');
  hasImages(() => false);
  // Shows what the chart gets: the last values file is written while the script runs and gone afterwards.
  playground.command(
    'helm',
    `const file = args[args.lastIndexOf('--values') + 1];
     if (args[2] === 'jupyter') process.stdout.write('VALUES' + require('node:fs').readFileSync(file, 'utf8') + 'END');`,
  );
  playground.command('aws', `if (args[0] === 'cognito-idp') process.stdout.write(${JSON.stringify(`${secret}\n`)});`);
});

afterEach(() => playground.remove());

/** A registry that has the images whose references the condition, which is run elsewhere, says yes to. */
function hasImages(condition: (reference: string) => boolean): void {
  playground.command('docker', `if (args[2] === 'inspect') process.exit((${condition})(args[3]) ? 0 : 1);`);
}

const phase = (name: string, env: Record<string, string> = environment) =>
  playground.run('bash', ['jupyterhub/phase.sh', name], env);

/** The calls that build an image of which the registry has nothing. */
const built = (image: string, base: string, folder: string): string[] => [
  `docker buildx imagetools inspect ${image}:0123456`,
  `docker buildx imagetools inspect ${image}:CONTENT`,
  `docker build --build-arg BASE=${base} --tag ${image}:0123456 --tag ${image}:latest --tag ${image}:CONTENT ${folder}`,
  `docker push ${image}:CONTENT`,
  `docker push ${image}:latest`,
  `docker push ${image}:0123456`,
];

describe('the images of the hub', () => {
  const docker = (): string[] =>
    playground
      .calls()
      .filter((call) => /^docker (build|push|buildx imagetools create)\b/.test(call))
      .filter((call) => !call.includes(' inspect '));

  test('are not built again when the deployment has had them built', async () => {
    hasImages((reference) => reference.endsWith(':0123456'));
    expect((await phase('install')).code).toBe(0);
    expect(docker()).toEqual([]);
  });

  test('keep their content and get the tags of the commit when their folders are as they were', async () => {
    hasImages((reference) => reference.includes(':content-'));
    expect((await playground.run('bash', ['jupyterhub/images.sh'], environment)).code).toBe(0);
    const images = ['hub', 'services'].map((name) => `${environment.REGISTRY}/sar-container/${name}`);
    expect(docker().map((call) => call.replace(/content-[0-9a-f]{32}/, 'CONTENT'))).toEqual(
      images.map(
        (image) =>
          `docker buildx imagetools create --prefer-index=false --tag ${image}:0123456 --tag ${image}:latest ${image}:CONTENT`,
      ),
    );
  });

  test('are built anew when a file of theirs, or what they start from, has changed', async () => {
    const contentOf = async (): Promise<string | undefined> => {
      await playground.run('bash', ['jupyterhub/images.sh'], environment);
      return docker()
        .map((call) => /hub:(content-[0-9a-f]{32})/.exec(call)?.[1])
        .findLast((content) => content !== undefined);
    };
    const first = await contentOf();
    expect(first).toMatch(/^content-/);
    expect(await contentOf()).toBe(first);
    playground.write('jupyterhub/hub/config.d/99-own.py', 'c.x = 1\n');
    const second = await contentOf();
    expect(second).not.toBe(first);
    playground.write('opensarlab/versions.env', "HUB_BASE_IMAGE='x'\nSERVICES_BASE_IMAGE='y'\n");
    expect(await contentOf()).not.toBe(second);
  });
});

describe('install', () => {
  test('builds and pushes both images, then installs storage class, services, autoscaler and hub, in this order', async () => {
    const { code, stderr } = await phase('install');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const image = '123456789012.dkr.ecr.us-west-2.amazonaws.com/sar-container/hub';
    const services = '123456789012.dkr.ecr.us-west-2.amazonaws.com/sar-container/services';
    const calls = playground
      .calls()
      .map((call) => call.replaceAll(/\/\S+\/values\.json/g, 'SECRET_VALUES'))
      .map((call) => call.replaceAll(/content-[0-9a-f]{32}/g, 'CONTENT'));
    const forgets = (release: string) =>
      `kubectl --namespace ${release} delete secrets --ignore-not-found --selector owner=helm,name=${release},status in (pending-install,pending-upgrade,pending-rollback,uninstalling)`;
    expect(calls).toEqual([
      // The login reads from the pipe, so that either end may be logged first.
      expect.stringMatching(/^(aws ecr get-login-password|docker login --username AWS --password-stdin \S+)$/),
      expect.stringMatching(/^(aws ecr get-login-password|docker login --username AWS --password-stdin \S+)$/),
      ...built(image, 'quay.io/jupyterhub/k8s-hub:4.4.0', 'jupyterhub/hub'),
      ...built(services, 'public.ecr.aws/docker/library/node:24', 'services'),
      'kubectl apply --filename jupyterhub/storage-class.yaml --filename opensarlab/service-accounts.yaml --filename opensarlab/notifications.yaml --filename -',
      'helm repo add autoscaler https://kubernetes.github.io/autoscaler --force-update',
      'helm repo add jupyterhub https://hub.jupyter.org/helm-chart/ --force-update',
      forgets('autoscaler'),
      'helm upgrade --install autoscaler autoscaler/cluster-autoscaler --version 9.58.0 --namespace autoscaler --create-namespace --values opensarlab/autoscaler.yaml',
      'aws cognito-idp describe-user-pool-client --user-pool-id us-west-2_abc --client-id client1 --query UserPoolClient.ClientSecret --output text',
      'kubectl --namespace jupyter get secret hub --ignore-not-found --output json',
      forgets('jupyter'),
      'helm upgrade --install jupyter jupyterhub/jupyterhub --version 4.4.0 --namespace jupyter --create-namespace --values jupyterhub/values.yaml --values opensarlab/values.yaml --values SECRET_VALUES --wait --timeout 15m',
      'kubectl --namespace services rollout status deployment/notifications --timeout 5m',
      'kubectl --namespace jupyter delete serviceaccounts --ignore-not-found --selector opensarlab/x,opensarlab/x notin (a, b)',
    ]);
  });

  test('passes client, image tag and the files of the folders, and never shows the secret in a command line', async () => {
    const { stdout } = await phase('install');
    const values: unknown = JSON.parse(/VALUES(.*)END/s.exec(stdout)?.[1] ?? '');
    expect(values).toMatchObject({
      custom: { oauth: { client_id: 'client1', client_secret: secret, url: 'https://sar.example.org' } },
      hub: { image: { tag: '0123456' } },
      singleuser: {
        extraFiles: {
          'hooks-sar-sh': { mountPath: '/etc/singleuser/hooks/sar.sh', mode: 0o755 },
          'custom-magics-00-df-py': { mountPath: '/etc/ipython/startup/00-df.py' },
          'server-config-jupyter-server-config-py': { mountPath: '/usr/local/etc/jupyter/jupyter_server_config.py' },
          'lab-extensions-opensarlab-notifications-package-json': {
            mountPath: '/usr/local/share/jupyter/labextensions/opensarlab-notifications/package.json',
          },
          'lab-extensions-opensarlab-notifications-static-remoteentry-js': {
            mountPath: '/usr/local/share/jupyter/labextensions/opensarlab-notifications/static/remoteEntry.js',
          },
        },
      },
    });
    expect(playground.calls().join('\n')).not.toContain(secret);
  });

  test('keeps what hub, proxy and services trust each other by, and makes it up the first time', async () => {
    type Trust = { hub: { cookieSecret: string; services: object; config: object }; proxy: { secretToken: string } };
    const trust = async (): Promise<Trust> =>
      JSON.parse(/VALUES(.*)END/s.exec((await phase('install')).stdout)?.[1] ?? '') as Trust;
    const [first, second] = [await trust(), await trust()];
    expect(first.proxy.secretToken).toMatch(/^[0-9a-f]{64}$/);
    expect(second.proxy.secretToken).not.toBe(first.proxy.secretToken);
    const kept = {
      'hub.config.ConfigurableHTTPProxy.auth_token': 'proxy',
      'hub.config.JupyterHub.cookie_secret': 'cookie',
      'hub.config.CryptKeeper.keys': 'new;old',
      'hub.services.smoke-test.apiToken': 'smoke',
      'hub.services.notifications.apiToken': 'notes',
    };
    const data = Object.entries(kept).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
    const secretOfHub = JSON.stringify({ kind: 'Secret', data: Object.fromEntries(data) });
    playground.command('kubectl', `if (args.includes('hub')) process.stdout.write(${JSON.stringify(secretOfHub)});`);
    expect(await trust()).toMatchObject({
      hub: {
        cookieSecret: 'cookie',
        config: { CryptKeeper: { keys: ['new', 'old'] } },
        services: { 'smoke-test': { apiToken: 'smoke' }, notifications: { apiToken: 'notes' } },
      },
      proxy: { secretToken: 'proxy' },
    });
  });

  test('gives the services exactly the pushed image', async () => {
    playground.command(
      'kubectl',
      `if (args.at(-1) === '-') process.stdout.write('MANIFEST' + require('node:fs').readFileSync(0, 'utf8') + 'END');`,
    );
    const { stdout } = await phase('install');
    const manifest = /MANIFEST(.*)END/s.exec(stdout)?.[1] ?? '';
    expect(manifest).toContain(`image: ${environment.REGISTRY}/sar-container/services:0123456\n`);
    expect(manifest).not.toContain('SERVICES_IMAGE');
  });

  test('stops at the first failure and installs nothing behind it', async () => {
    playground.command('docker', `if (args[0] === 'push' || args[0] === 'buildx') process.exit(1);`);
    expect((await phase('install')).code).not.toBe(0);
    expect(playground.calls().filter((call) => call.startsWith('helm'))).toEqual([]);
  });

  test('does not drop one of two hooks whose names are too much alike', async () => {
    playground.write('jupyterhub/singleuser/hooks/sar_2.sh', 'true\n');
    playground.write('jupyterhub/singleuser/hooks/sar-2.sh', 'true\n');
    const { code, stderr } = await phase('install');
    expect(code).not.toBe(0);
    expect(stderr).toContain('singleuser/hooks: the names sar-2.sh and sar_2.sh are too much alike.');
  });

  test('does not install a hub without a client secret', async () => {
    playground.command('aws', `if (args[0] === 'cognito-idp') process.stdout.write('None\\n');`);
    const { code, stderr } = await phase('install');
    expect(code).not.toBe(0);
    expect(stderr).toContain('The user pool client has no secret.');
    expect(playground.calls().some((call) => call.includes('jupyterhub/jupyterhub'))).toBe(false);
  });
});

describe('uninstall', () => {
  test('removes the hub before the servers and keeps the volumes unless told otherwise', async () => {
    expect((await phase('uninstall')).code).toBe(0);
    expect(playground.calls()).toEqual([
      'kubectl --namespace jupyter delete configmap opensarlab-last-working --ignore-not-found',
      'helm uninstall jupyter --namespace jupyter --ignore-not-found --wait --timeout 10m',
      'kubectl --namespace jupyter delete pods --selector component=singleuser-server --ignore-not-found --wait --timeout 10m',
      'kubectl delete namespace services --ignore-not-found --wait --timeout 5m',
      'helm uninstall autoscaler --namespace autoscaler --ignore-not-found --wait --timeout 5m',
    ]);
    await phase('uninstall', { KEEP_VOLUMES: 'false' });
    expect(playground.calls()).toContain('kubectl --namespace jupyter delete pvc --all --wait --timeout 10m');
  });
});

test('an unknown phase is refused', async () => {
  const { code, stderr } = await phase('destroy');
  expect(code).toBe(2);
  expect(stderr).toContain('There is no phase called destroy');
});
