// Prints, as JSON, the Helm values that are known only at installation: the image's tag, the client at the user pool, and
// the files of singleuser/hooks and singleuser/custom_magics, which are picked up by folder.
// Usage: node install-values.mjs FILE_WITH_CLIENT_SECRET
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));

/** Where the files of a folder appear in a user's server; a folder that is missing gives none. */
function extraFiles(source, target, mode) {
  const path = join(folder, 'singleuser', source);
  const names = existsSync(path) ? readdirSync(path).sort() : [];
  return names.map((name) => {
    const key = `${source}-${name}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
    return [key, { mountPath: `${target}/${name}`, mode, stringData: readFileSync(join(path, name), 'utf8') }];
  });
}

function variable(name) {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`The environment lacks ${name}.`);
  return value;
}

function clientSecret() {
  const secret = readFileSync(process.argv[2] ?? '', 'utf8').trim();
  if (secret === '' || secret === 'None') throw new Error('The user pool client has no secret.');
  return secret;
}

const values = {
  custom: {
    oauth: {
      client_id: variable('USER_POOL_CLIENT_ID'),
      client_secret: clientSecret(),
      domain: variable('SIGN_IN_DOMAIN'),
      url: variable('DEPLOYMENT_URL'),
    },
  },
  hub: { image: { tag: variable('HUB_IMAGE_TAG') } },
  singleuser: {
    extraFiles: Object.fromEntries([
      ...extraFiles('hooks', '/etc/singleuser/hooks', 0o755),
      // IPython runs what is in its system-wide startup folder (IPython, SYSTEM_CONFIG_DIRS).
      ...extraFiles('custom_magics', '/etc/ipython/startup', 0o644),
    ]),
  },
};
process.stdout.write(`${JSON.stringify(values, undefined, 2)}\n`);
