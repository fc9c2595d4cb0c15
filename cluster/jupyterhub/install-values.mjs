// Prints, as JSON, the Helm values that are known only at installation: the image's tag, the client at the user pool, what hub,
// proxy and services trust each other by, and the files of singleuser/, which are picked up by folder.
// Usage: node install-values.mjs FILE_WITH_CLIENT_SECRET [FILE_WITH_SECRET_OF_HUB]
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));

/** Where the files below a folder appear in a user's server; a folder that is missing gives none. */
function extraFiles(source, target, mode) {
  const path = join(folder, 'singleuser', source);
  const entries = existsSync(path) ? readdirSync(path, { recursive: true, withFileTypes: true }) : [];
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)));
  const keys = new Map();
  return names.sort().map((name) => {
    const key = `${source}-${name}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
    if (keys.has(key))
      throw new Error(`singleuser/${source}: the names ${keys.get(key)} and ${name} are too much alike.`);
    keys.set(key, name);
    return [key, { mountPath: `${target}/${name}`, mode, stringData: readFileSync(join(path, name), 'utf8') }];
  });
}

/** `None` is what AWS's command line prints for a value that there is not. */
const isMissing = (value) => value === undefined || value === '' || value === 'None';

function variable(name) {
  const value = process.env[name];
  if (isMissing(value)) throw new Error(`The environment lacks ${name}.`);
  return value;
}

function clientSecret() {
  const secret = readFileSync(process.argv[2] ?? '', 'utf8').trim();
  if (isMissing(secret)) throw new Error('The user pool client has no secret.');
  return secret;
}

/**
 * Issuer of the pool's tokens. A pool's id begins with its region (Amazon Cognito developer guide, "Verifying JSON Web
 * Tokens").
 */
function issuer() {
  const pool = variable('USER_POOL_ID');
  const region = /^([a-z]+(?:-[a-z]+)+-[0-9]+)_[0-9A-Za-z]+$/.exec(pool)?.[1];
  if (region === undefined) throw new Error(`USER_POOL_ID must be the id of a user pool, not ${pool}.`);
  return `https://cognito-idp.${region}.amazonaws.com/${pool}`;
}

/**
 * What the chart would make up while it is rendered: anew each time a template asks, so that the sums over it that a first
 * installation notes hold for nothing, and hub and proxy restart at the second one. What the hub has already is kept.
 */
function sharedSecrets() {
  const file = process.argv[3];
  const text = file === undefined ? '' : readFileSync(file, 'utf8');
  const kept = text.trim() === '' ? {} : (JSON.parse(text).data ?? {});
  const secret = (key) =>
    kept[key] === undefined ? randomBytes(32).toString('hex') : Buffer.from(kept[key], 'base64').toString('utf8');
  const apiToken = (service) => ({ apiToken: secret(`hub.services.${service}.apiToken`) });
  return {
    proxyToken: secret('hub.config.ConfigurableHTTPProxy.auth_token'),
    cookieSecret: secret('hub.config.JupyterHub.cookie_secret'),
    stateKeys: secret('hub.config.CryptKeeper.keys').split(';'),
    services: { 'smoke-test': apiToken('smoke-test'), notifications: apiToken('notifications') },
  };
}

const { proxyToken, cookieSecret, stateKeys, services } = sharedSecrets();
const values = {
  custom: {
    oauth: {
      client_id: variable('USER_POOL_CLIENT_ID'),
      client_secret: clientSecret(),
      domain: variable('SIGN_IN_DOMAIN'),
      issuer: issuer(),
      url: variable('DEPLOYMENT_URL'),
    },
  },
  hub: {
    image: { tag: variable('HUB_IMAGE_TAG') },
    cookieSecret,
    config: { CryptKeeper: { keys: stateKeys } },
    services,
  },
  proxy: { secretToken: proxyToken },
  singleuser: {
    extraFiles: Object.fromEntries([
      ...extraFiles('hooks', '/etc/singleuser/hooks', 0o755),
      // IPython runs what is in its system-wide startup folder (IPython, SYSTEM_CONFIG_DIRS).
      ...extraFiles('custom_magics', '/etc/ipython/startup', 0o644),
      // Jupyter's system-wide folders, which every image has (Jupyter, "Common directories and file locations").
      ...extraFiles('server_config', '/usr/local/etc/jupyter', 0o644),
      ...extraFiles('lab_extensions', '/usr/local/share/jupyter/labextensions', 0o644),
    ]),
  },
};
process.stdout.write(`${JSON.stringify(values, undefined, 2)}\n`);
