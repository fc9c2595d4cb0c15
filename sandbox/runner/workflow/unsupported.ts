import type { TemplateContext } from '@actions/workflow-parser/templates/template-context';
import { SequenceToken, type TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { entriesOf } from '../expressions/token.ts';

/** Settings of a job that GitHub knows and this runner does not; each makes the workflow invalid, by name. */
const JOB_SETTINGS: Readonly<Record<string, string>> = {
  container: 'job containers (`container`)',
  services: 'service containers (`services`)',
  uses: 'reusable workflows (`uses` of a job)',
  snapshot: 'image snapshots (`snapshot`)',
  'cancel-timeout-minutes': '`cancel-timeout-minutes`',
};

const STEP_SETTINGS = ['background', 'wait', 'wait-all', 'cancel', 'parallel'];

/** Reports every feature of the job that the sandbox cannot run, rather than to run it in another way than GitHub. */
export function reportUnsupported(
  context: TemplateContext,
  job: string,
  settings: ReadonlyMap<string, TemplateToken>,
): void {
  for (const [name, feature] of Object.entries(JOB_SETTINGS)) {
    const token = settings.get(name);
    if (token) context.error(token, `The sandbox does not support ${feature}, which job '${job}' uses.`);
  }
  const steps = settings.get('steps');
  if (!(steps instanceof SequenceToken)) return;
  for (const step of steps) {
    const stepSettings = entriesOf(step);
    for (const name of STEP_SETTINGS) {
      const token = stepSettings.get(name);
      if (token) context.error(token, `The sandbox does not support the step setting \`${name}\` (job '${job}').`);
    }
  }
}
