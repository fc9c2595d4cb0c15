import type { CallCounter, ClientSettings } from './client-settings.ts';
import type { ExistenceCheck } from './existence-check.ts';
import { connectLogGroups } from './log-groups.ts';

/** Whether log groups are there, by exact name. */
export function logChecks(settings: ClientSettings, counter: CallCounter): Record<string, ExistenceCheck> {
  const logGroups = connectLogGroups(settings, counter);
  return {
    'AWS::Logs::LogGroup': async (name) => ((await logGroups.find(name)) === undefined ? 'gone' : 'exists'),
  };
}
