import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * AWS SDK clients describe every shape of their service in one module of exported arrays. esbuild must keep all of them,
 * because a computed property key could have a side effect (it cannot here: the keys are string constants). This plugin
 * marks each array as pure, so that only the shapes of the operations in use stay: EC2 shrinks from 567 kB to 16 kB.
 * Of a client's package.json only the version is read (for the user agent).
 *
 * Clients of the JSON protocol also register a class for each of their exceptions, 53 kB for CodeCommit alone. Without the
 * class, the SDK throws the service's base exception with the same name and message, which is all that the product looks
 * at. The query protocol needs them: there the class knows which code belongs to which name.
 */
export const shakeSchemas: Plugin = {
  name: 'shake-schemas',
  setup(build) {
    build.onLoad({ filter: /@aws-sdk[\\/].*[\\/]schemas[\\/]schemas_\d+\.js$/ }, async ({ path }) => {
      const source = markSchemasPure(await readFile(path, 'utf8'));
      const config = await readFile(join(dirname(path), '..', 'runtimeConfig.shared.js'), 'utf8').catch(() => '');
      const usesNames = config.includes('AwsJson1_1Protocol');
      return { contents: usesNames ? withoutExceptionClasses(source) : source, loader: 'js' };
    });
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

/** @param source a generated module that calls `n0_registry.registerError(NAME$, NAME);` for each exception */
export function withoutExceptionClasses(source: string): string {
  return source.replace(/^n0_registry\.registerError\(.*\);$/gm, '');
}
