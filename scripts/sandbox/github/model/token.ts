import type { JobPermissions } from '../workflow-event.ts';
import type { Account } from './account.ts';
import type { Repository } from './repository.ts';

/** Who a token stands for and how far it reaches. */
export type Grant =
  | { kind: 'user'; account: Account }
  | { kind: 'job'; account: Account; repository: Repository; permissions: JobPermissions };
