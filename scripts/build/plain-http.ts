import type { Plugin } from 'esbuild';

/**
 * Node's `http` without its module facade: an `import` of it reads every export, also those that load the whole of fetch and
 * WebSocket, which takes longer than everything else that an action does before its own code.
 */
export const plainHttp: Plugin = {
  name: 'plain-http',
  setup(build) {
    build.onResolve({ filter: /^(?:node:)?http$/ }, () => ({ path: 'http', namespace: 'plain' }));
    build.onLoad({ filter: /^http$/, namespace: 'plain' }, () => ({
      contents: "module.exports = process.getBuiltinModule('node:http');",
      loader: 'js',
    }));
  },
};
