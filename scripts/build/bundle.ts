import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { plainHttp } from './plain-http.ts';
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

/** The file that holds the code of all actions. */
const sharedFile = 'opensarlab.js';

/**
 * Bundles the actions: one file with the code of all, and a two-line `<verb>.js` for each that runs its part. The names
 * never change, and the code is left readable, one statement a line under the sources' own names: a reviewer sees what a
 * change brings to the code that runs with credentials, and two changes rarely touch the same line. The output depends
 * only on the sources and the lock file, so that it can be compared with what is committed. Whatever lies in `outdir` is
 * replaced, files with merge conflicts too.
 * @returns the files of this repository that were read, from its root
 */
export async function bundleActions(outdir: string): Promise<string[]> {
  const verbs = await actionNames();
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: verbs.map((verb) => `export { main as ${identifier(verb)} } from './${verb}/main.ts';`).join('\n'),
      resolveDir: join(root, 'actions'),
      sourcefile: 'actions/all.ts',
      loader: 'ts',
    },
    absWorkingDir: root,
    outfile: join(outdir, sharedFile),
    ...{ write: false, metafile: true, bundle: true },
    platform: 'node',
    target: 'node24',
    format: 'esm',
    charset: 'utf8',
    minifySyntax: true,
    legalComments: 'none',
    mainFields: ['module', 'main'],
    conditions: ['module'],
    alias: {
      undici: join(root, 'scripts', 'build', 'node-fetch.ts'),
      bowser: join(root, 'scripts', 'build', 'no-browser.ts'),
      '@aws-sdk/credential-provider-node': join(root, 'scripts', 'build', 'explicit-credentials.ts'),
    },
    // CommonJS dependencies call `require` for Node's own modules.
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
    plugins: [shakeSchemas, plainHttp],
    logLevel: 'warning',
  });
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  for (const { path, text } of outputFiles) await writeFile(path, text);
  for (const verb of verbs) {
    const name = identifier(verb);
    await writeFile(join(outdir, `${verb}.js`), `import { ${name} } from './${sharedFile}';\nawait ${name}();\n`);
  }
  return Object.keys(metafile.inputs).filter((path) => !/^(?:node_modules\/|plain:|<)/.test(path));
}

/** `follow-up` as `followUp`. */
function identifier(verb: string): string {
  return verb.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

if (import.meta.main) {
  const outdir = process.argv[2] ?? join(root, 'actions', 'dist');
  await bundleActions(outdir);
}
