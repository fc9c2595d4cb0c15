#!/usr/bin/env node
// `npx opensarlab …`: the command line, on the Node version the project brings.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { installDependencies, projectNode, root } from './setup/install.mjs';

await installDependencies();
const result = spawnSync(projectNode(), [join(root, 'scripts', 'opensarlab.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(result.status ?? 1);
