import type { Activity } from '../plan/plan.ts';

/** A class or a small team. */
export const usualActivity: Activity = { users: 10, hoursPerUser: 20, deployments: 4 };

/** Sizes and times that only use can tell; chosen rather high. */
export const assumptions = {
  /** Share of a machine's CPUs and memory that the system leaves to users. */
  usableShare: 0.9,
  /** Share of the on-demand price that spot capacity usually costs; it varies by the hour. */
  spotShare: 0.35,
  /** Share of a home volume that holds data; snapshots are billed for that. */
  filledShare: 0.3,
  /** Large build machine, minutes for one image. */
  imageBuildMinutes: 20,
  /** Small build machine, minutes to install the hub and try its profiles. */
  hubInstallMinutes: 20,
  /** GB in the registry for one image with its older tags, whose layers are mostly shared. */
  imageGb: 8,
  /** GB of logs in a month, nearly all of them from the control plane. */
  logGb: 5,
  /** Months for which logs are kept, and what compression leaves of them. */
  logMonths: 12,
  logCompression: 0.2,
} as const;

/** What no estimate from a declaration can hold. */
export const leftOut: readonly string[] = [
  'data transfer to the internet and, for private nodes, through the NAT gateway',
  'load balancer capacity units',
  'snapshots of volumes that are deleted already',
  'what builds keep in the two buckets',
  'users beyond the 10,000 a month that Cognito has for free',
  'taxes, discounts and free tiers',
];
