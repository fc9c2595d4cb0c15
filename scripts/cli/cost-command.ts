import { usualActivity } from '../../actions/lib/cost/activity.ts';
import { estimateCost } from '../../actions/lib/cost/cost-estimate.ts';
import { renderCost } from '../../actions/lib/report/cost-report.ts';
import { findDeployment } from '../../actions/lib/verbs/find-deployment.ts';
import { jsonOption, openCheckout, rootOption } from './checkout.ts';
import { type Command, type CommandArguments, misused } from './run-command.ts';
import { printReport } from './terminal-reporter.ts';

export const costCommand: Command = {
  options: {
    ...rootOption,
    ...jsonOption,
    users: { type: 'string', value: 'N', help: `People who work in the month; by default ${usualActivity.users}.` },
    hours: {
      type: 'string',
      value: 'H',
      help: `Hours for which each of them has a server; by default ${usualActivity.hoursPerUser}.`,
    },
    deployments: {
      type: 'string',
      value: 'D',
      help: `How often something is deployed in the month; by default ${usualActivity.deployments}.`,
    },
  },
  positionals: { min: 1, max: 1 },
  async run(args, streams) {
    const workspace = await openCheckout(args);
    const deployment = await findDeployment({ workspace }, args.positionals[0] ?? '');
    const estimate = estimateCost(deployment, {
      versions: await workspace.versions(),
      activity: {
        users: amount(args, 'users', usualActivity.users),
        hoursPerUser: amount(args, 'hours', usualActivity.hoursPerUser),
        deployments: amount(args, 'deployments', usualActivity.deployments),
      },
    });
    if (args.flag('json')) streams.out(JSON.stringify(estimate, null, 2));
    else printReport(streams, renderCost(estimate));
    return 0;
  },
};

function amount(args: CommandArguments, option: string, usual: number): number {
  const text = args.text(option);
  if (text === undefined) return usual;
  const value = Number(text);
  if (/^[0-9]+(\.[0-9]+)?$/.test(text) && value <= 100_000) return value;
  throw misused(`--${option} takes a number from 0 to 100000, not ${JSON.stringify(text)}.`);
}
