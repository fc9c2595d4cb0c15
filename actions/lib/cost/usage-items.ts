import type { Deployment, Profile } from '../deployment/deployment.ts';
import { imagesOf } from '../deployment/names.ts';
import { storageBytes } from '../deployment/quantities.ts';
import type { Activity } from '../plan/plan.ts';
import { assumptions } from './activity.ts';
import { always, type CostBook, type Quantities } from './cost-book.ts';
import { hoursPerMonth } from './price-table.ts';

/** Home volumes and the daily snapshots of them. */
export function addHomes(book: CostBook, { profiles }: Deployment, { users, hoursPerUser }: Activity): void {
  const perProfile = users / Math.max(profiles.length, 1);
  const kept = sum(profiles, (profile) => (profile.delete_user_volumes ? 0 : homeGib(profile) * perProfile));
  const passing = sum(profiles, (profile) => (profile.delete_user_volumes ? homeGib(profile) * perProfile : 0));
  const gib = kept + passing * Math.min(hoursPerUser / hoursPerMonth, 1);
  book.add('volumes', 'home volumes', 'volumeGbMonth', withUsers(gib), `${users} of the profiles’ storage_capacity`);
  const filled = Math.round(assumptions.filledShare * 100);
  const snapshots = withUsers(kept * assumptions.filledShare);
  book.add('snapshots', 'snapshots', 'snapshotGbMonth', snapshots, `daily, of home volumes that are ${filled} % full`);
}

/** Image builds, installations of the hub, and the pipelines that start them. */
export function addBuilds(book: CostBook, deployment: Deployment, { deployments }: Activity): void {
  const images = imagesOf(deployment).length;
  const part = 'pipelines and builds';
  const large = deployments * images * assumptions.imageBuildMinutes;
  const small = deployments * assumptions.hubInstallMinutes;
  const times = `${deployments} ×`;
  book.add(
    part,
    'image builds',
    'buildLargeMinute',
    withUsers(large),
    `${times} ${images} × ${assumptions.imageBuildMinutes} min on a large machine`,
  );
  book.add(
    part,
    'hub installations',
    'buildSmallMinute',
    withUsers(small),
    `${times} ${assumptions.hubInstallMinutes} min on a small machine`,
  );
  // Each of the two pipelines has one more action, the source, which takes less than a minute and is billed as one.
  const minutes = withUsers(large + small + deployments * 2);
  book.add(part, 'pipelines', 'pipelineMinute', minutes, `${large + small + deployments * 2} action minutes`);
}

/** Logs as they come in and as they are kept, and the images of profiles in the registry. */
export function addStored(book: CostBook, deployment: Deployment): void {
  const { logGb, logMonths, logCompression, imageGb } = assumptions;
  book.add('logs', 'new logs', 'logIngestGb', always(logGb), `${logGb} GB, nearly all from the control plane`);
  const kept = always(logGb * logMonths * logCompression);
  book.add('logs', 'kept logs', 'logStorageGbMonth', kept, `${logMonths} months, compressed`);
  const images = imagesOf(deployment).length;
  book.add('registry', 'images', 'registryGbMonth', always(images * imageGb), `${images} × ${imageGb} GB`);
}

function homeGib({ storage_capacity }: Profile): number {
  return storageBytes(storage_capacity) / 2 ** 30;
}

/** Nothing when nobody is there. */
function withUsers(quantity: number): Quantities {
  return { idle: 0, usual: quantity, maximum: quantity };
}

function sum(profiles: readonly Profile[], value: (profile: Profile) => number): number {
  return profiles.reduce((total, profile) => total + value(profile), 0);
}
