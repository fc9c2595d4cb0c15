import { buildDocker } from './docker-programs.ts';

/**
 * Builds the programs that `npm run check:command-lines` has read the scripts' command lines for Docker, where no Docker with
 * buildx is installed. Ten minutes once; afterwards there is nothing to do.
 *
 *   npm run check:command-lines:build
 */
buildDocker((line) => process.stderr.write(`${line}\n`));
