import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * AWS SDK clients describe every shape of their service in one module of exported arrays. esbuild must keep all of them,
 * because a computed property key could have a side effect (it cannot here: the keys are string constants). This plugin
 * marks each array as pure, so that only the shapes of the operations in use stay: EC2 shrinks from 567 kB to 16 kB.
 * Of a client's package.json only the version is read (for the user agent).
 */
export const shakeSchemas: Plugin = {
  name: 'shake-schemas',
  setup(build) {
    build.onLoad({ filter: /@aws-sdk[\\/].*[\\/]schemas[\\/]schemas_\d+\.js$/ }, async ({ path }) => ({
      contents: markSchemasPure(await readFile(path, 'utf8')),
      loader: 'js',
    }));
    build.onLoad({ filter: /@aws-sdk[\\/][^\\/]+[\\/]package\.json$/ }, async ({ path }) => {
      const { name, version }: Record<string, unknown> = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ name, version }), loader: 'json' };
    });
  },
};

/** @param source a generated module whose arrays are `export var NAME$ = [ … ];`, closed by `];` at a line's start */
export function markSchemasPure(source: string): string {
  return source.replace(
    /^((?:export )?var [\w$]+ = )(\[[\s\S]*?)\];?$(?=\n(?:export |var |const |[\w$]+_registry)|\n*$(?![\s\S]))/gm,
    (_, head: string, array: string) => `${head}/* @__PURE__ */ (() => ${array}])();`,
  );
}
