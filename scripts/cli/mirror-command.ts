import { renderMirrorRecords } from '../../actions/lib/report/deploy-report.ts';
import { findDeployment } from '../../actions/lib/verbs/find-deployment.ts';
import { mirror } from '../../actions/lib/verbs/mirror.ts';
import type { Command } from './run-command.ts';
import { shellSurroundings } from './shell-surroundings.ts';

export const mirrorCommand: Command = {
  options: { root: { type: 'string' }, 'dry-run': { type: 'boolean' } },
  positionals: { min: 1, max: 1 },
  async run(args, streams) {
    const surroundings = await shellSurroundings(args, streams);
    const deployment = await findDeployment(surroundings, args.positionals[0] ?? '');
    const connection = await surroundings.connect(deployment, 'deploy');
    streams.out(renderMirrorRecords(await mirror(surroundings, deployment, connection, args.flag('dry-run'))));
    return 0;
  },
};
