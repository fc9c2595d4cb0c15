import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { shakeSchemas } from './shake-schemas.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Names of the actions: every folder of `actions/` that has a `main.ts`. */
export async function actionNames(): Promise<string[]> {
  const entries = await readdir(join(root, 'actions'), { recursive: true });
  return entries
    .filter((entry) => /^[a-z-]+[\\/]main\.ts$/.test(entry))
    .map((entry) => dirname(entry))
    .sort();
}

/**
 * Bundles every action to `<outdir>/<verb>.js`: tiny entries over shared chunks, minified, no source maps.
 * The output depends only on the sources and the lock file, so that CI can compare it with what is committed.
 */
export async function bundleActions(outdir: string): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  const verbs = await actionNames();
  await build({
    entryPoints: Object.fromEntries(verbs.map((verb) => [verb, join(root, 'actions', verb, 'main.ts')])),
    absWorkingDir: root,
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: 'shared-[hash]',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    legalComments: 'none',
    mainFields: ['module', 'main'],
    conditions: ['module'],
    alias: {
      undici: join(root, 'scripts', 'build', 'node-fetch.ts'),
      bowser: join(root, 'scripts', 'build', 'no-browser.ts'),
      '@aws-sdk/credential-provider-node': join(root, 'scripts', 'build', 'explicit-credentials.ts'),
    },
    // CommonJS dependencies call `require` for Node's own modules.
    banner: { js: "import{createRequire as __require}from'node:module';const require=__require(import.meta.url);" },
    plugins: [shakeSchemas],
    logLevel: 'warning',
  });
}

if (import.meta.main) {
  const outdir = process.argv[2] ?? join(root, 'actions', 'dist');
  await bundleActions(outdir);
}
