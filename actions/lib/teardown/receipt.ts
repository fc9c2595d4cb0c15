import type { Outcome } from '../engine/outcome.ts';
import type { FailureRecord, StepRecord } from '../engine/step-record.ts';

/** What a teardown removed, kept and could not remove, as one JSON value; each entry was asked of its own service. */
export type Receipt = {
  deployment: string;
  accountId: string;
  region: string;
  outcome: Outcome;
  /** One sentence for a person. */
  message: string;
  /** ISO 8601. */
  startedAt: string;
  finishedAt: string;
  steps: StepRecord[];
  gone: GoneResource[];
  retained: RetainedResource[];
  /** Not empty = the teardown failed. */
  leftover: LeftoverResource[];
  /** Resources whose service could not be asked; not empty = the outcome is at best unknown. */
  unverified: UnverifiedResource[];
  /** Requests sent to AWS, retries included. */
  calls: number;
};

export type ReceiptResource = {
  /** The ARN, or for a resource type without ARNs `TYPE/PHYSICAL-ID`. */
  arn: string;
  /** CloudFormation's name for the type, e.g. `AWS::EC2::Volume`. */
  type: string;
  /** Where it was found: a stack's name, `tags` or `names`. */
  foundIn: string;
};

export type GoneResource = ReceiptResource & {
  /**
   * `service`: the service that owns it says so; `stack`: only CloudFormation, which deleted it, says so, because the type
   * has no identity of its own or no service that this program can ask.
   */
  confirmedBy: 'service' | 'stack';
};

export type RetainedResource = ReceiptResource & {
  /** Which declaration keeps it, e.g. `retain.cognito`. */
  rule: string;
  reason: string;
  /** USD a month; absent when it cannot be told. */
  monthlyUsd?: number;
  /** How to have it deleted after all, where that takes another decision. */
  hint?: string;
};

export type LeftoverResource = ReceiptResource & { reason: string; hint: string };

export type UnverifiedResource = ReceiptResource & { failure: FailureRecord };
