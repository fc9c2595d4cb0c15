import { Failure } from '../failure.ts';
import type { PlanRow } from './seal.ts';

/** Rows named in the sentence; the record and the follow-up pull request have all. */
const named = 3;

/** A deployment that would go further than what was approved. Nothing was changed. */
export class UnapprovedChange extends Failure {
  readonly rows: readonly PlanRow[];

  constructor(deployment: string, rows: readonly PlanRow[]) {
    const others = rows.length > named ? `, and ${rows.length - named} more` : '';
    super({
      code: 'UnapprovedChange',
      source: 'user',
      message: `${deployment} was not changed, because no merged plan contains this: ${rows.slice(0, named).map(describeRow).join('; ')}${others}.`,
      hint: 'A follow-up pull request shows exactly this; merge it to approve it. Where none appears, open a pull request that touches the deployment.',
    });
    this.rows = rows;
  }
}

/** One row for people: `change of Properties/MaxSize of Sar1Nodes (AWS::EKS::Nodegroup) in sar-cluster`. */
export function describeRow({ place, item, type, property, act }: PlanRow): string {
  return `${act} ${property === '' ? '' : `${property} of `}${item} (${type}) in ${place}`;
}
