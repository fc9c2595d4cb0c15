import type { EventsConfig } from '@actions/workflow-parser/model/workflow-template';
import type { WorkflowEvent } from '../../github/workflow-event.ts';
import type { Value } from '../expressions/value.ts';
import { payloadValue } from './event-payload.ts';

/**
 * The `inputs` context of a manual start: given values, else the defaults; booleans are booleans. Empty for every
 * other event (contexts, `inputs`).
 */
export function dispatchInputs(triggers: EventsConfig, event: WorkflowEvent): { [name: string]: Value } {
  if (event.name !== 'workflow_dispatch') return {};
  const declared = Object.entries(triggers.workflow_dispatch?.inputs ?? {});
  return Object.fromEntries(
    declared.map(([name, input]) => {
      const given = payloadValue(event.payload, 'inputs', name);
      const boolean = typeof input.default === 'boolean' || String(input.type) === 'boolean';
      if (typeof given === 'string' || typeof given === 'boolean' || typeof given === 'number') {
        return [name, boolean ? String(given) === 'true' : given];
      }
      return [name, input.default ?? (boolean ? false : '')];
    }),
  );
}
