// Runs a script of this repository on the Node version the project brings (npm package `node`), after making sure that
// the dependencies of the lock file are installed. Plain JavaScript without dependencies: it must run as the first
// command after `git clone`, on any Node from 20 on.
//
//   node scripts/launch.mjs SCRIPT [arguments…]
import { spawn } from 'node:child_process';
import { installDependencies, projectNode } from './setup/install.mjs';

await installDependencies();

const child = spawn(projectNode(), process.argv.slice(2), { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
