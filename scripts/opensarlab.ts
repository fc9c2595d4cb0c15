import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { root } from './setup/install.mjs';

// What Node makes of the sources is kept between runs, which halves the start. Imports below this line profit.
enableCompileCache(join(root, 'node_modules', '.cache', 'opensarlab'));
const [{ commands }, { runCommand }, { openTerminal }] = await Promise.all([
  import('./cli/commands.ts'),
  import('./cli/run-command.ts'),
  import('./cli/terminal.ts'),
]);

process.exitCode = await runCommand(commands, process.argv.slice(2), openTerminal());
