import type { Deployment } from '../deployment/deployment.ts';
import type { Patience } from '../engine/poll.ts';
import type { AwsPorts } from '../ports/aws-ports.ts';
import type { Reporter } from '../ports/reporter.ts';
import type { Inventory } from './inventory.ts';
import type { SealedConsent } from './sealed-consent.ts';

/** What the steps of one teardown share. */
export type TeardownContext = {
  deployment: Deployment;
  ports: AwsPorts;
  reporter: Reporter;
  patience: Patience;
  /** The role that CloudFormation works with. */
  cloudFormationRoleArn: string;
  /** The one beside it, which may remove nothing. */
  powerlessRoleArn: string;
  /** Makes a token for one request to AWS. */
  token: (what: string) => string;
  /** As it was before anything was deleted. */
  inventory: Inventory;
  /** What was approved to be lost; undefined when a person at a shell answers for it. */
  consent?: SealedConsent;
};
