import { AwsError } from '../../service.ts';

export type RetentionMode = 'GOVERNANCE' | 'COMPLIANCE';

/** Until when a version cannot be deleted (AmazonS3 userguide, object-lock.html, "Retention periods"). */
export type Retention = { mode: RetentionMode; until: Date };

/** What new versions of a bucket get; absent when the bucket can lock but locks nothing by itself. */
export type DefaultRetention = { mode: RetentionMode; unit: 'Days' | 'Years'; count: number };

export type ObjectLock = { defaultRetention: DefaultRetention | undefined };

/** What of a bucket, and of a version, locks are about. */
type Lockable = { versioning: 'Enabled' | 'Suspended' | undefined; objectLock: ObjectLock | undefined };
type Locked = { retention: Retention | undefined; legalHold: boolean };

const malformed = (): AwsError =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

/** As the API and CloudFormation's `ObjectLockConfiguration` have it. */
export type ObjectLockSettings = {
  ObjectLockEnabled?: string | undefined;
  Rule?:
    | {
        DefaultRetention?:
          | { Mode?: string | undefined; Days?: number | undefined; Years?: number | undefined }
          | undefined;
      }
    | undefined;
};

/**
 * API_PutObjectLockConfiguration.html: a mode and either days or years.
 * @throws AwsError MalformedXML, InvalidArgument
 */
export function readObjectLock(settings: ObjectLockSettings): ObjectLock {
  if (settings.ObjectLockEnabled !== 'Enabled') throw malformed();
  if (settings.Rule === undefined) return { defaultRetention: undefined };
  const { Mode, Days, Years } = settings.Rule.DefaultRetention ?? {};
  const [unit, count] = Days === undefined ? (['Years', Number(Years)] as const) : (['Days', Number(Days)] as const);
  const mode = readMode(Mode);
  if ((Days === undefined) === (Years === undefined) || mode === undefined) throw malformed();
  // "Default retention period must be a positive integer value"; at most 100 years (object-lock-managing.html).
  if (!Number.isInteger(count) || count < 1 || count > (unit === 'Days' ? 36_500 : 100)) {
    throw new AwsError('InvalidArgument', 'Default retention period must be a positive integer value.');
  }
  return { defaultRetention: { mode, unit, count } };
}

/** The mode of that name; undefined for any other text. */
export const readMode = (text: unknown): RetentionMode | undefined =>
  text === 'GOVERNANCE' || text === 'COMPLIANCE' ? text : undefined;

/**
 * Sets a bucket's lock configuration. Once enabled it can neither be disabled nor the versioning suspended
 * (AmazonS3 userguide, object-lock-configure.html).
 * @throws AwsError InvalidBucketState when the bucket keeps no versions
 */
export function lockBucket(bucket: Lockable, lock: ObjectLock): void {
  if (bucket.versioning !== 'Enabled') {
    throw new AwsError(
      'InvalidBucketState',
      "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
      409,
    );
  }
  bucket.objectLock = lock;
}

/** What a new version is locked by when its writer says nothing. @param now when it is written */
export function defaultRetention({ objectLock }: Pick<Lockable, 'objectLock'>, now: Date): Retention | undefined {
  const rule = objectLock?.defaultRetention;
  if (!rule) return undefined;
  const until = new Date(now);
  if (rule.unit === 'Days') until.setUTCDate(until.getUTCDate() + rule.count);
  else until.setUTCFullYear(until.getUTCFullYear() + rule.count);
  return { mode: rule.mode, until };
}

/**
 * A locked version cannot be deleted: in compliance mode by nobody, in governance mode only by who may bypass it and says
 * so; delete markers are never locked (AmazonS3 userguide, object-lock.html, "Retention modes", "Legal holds").
 * @param bypass the request says so, and its permission has been checked
 * @throws AwsError AccessDenied
 */
export function refuseLocked(version: Locked, now: Date, bypass: boolean): void {
  const { retention, legalHold } = version;
  const retained = retention !== undefined && retention.until > now && !(bypass && retention.mode === 'GOVERNANCE');
  if (!retained && !legalHold) return;
  throw new AwsError('AccessDenied', 'Access Denied because object protected by object lock.', 403);
}

/**
 * A retention may grow at any time; it shrinks, changes its mode or goes only in governance mode with a bypass
 * (API_PutObjectRetention.html; object-lock-managing.html, "Extending a retention period").
 * @throws AwsError AccessDenied
 */
export function changeRetention(
  version: Locked,
  wanted: Retention | undefined,
  { now, bypass }: { now: Date; bypass: boolean },
): void {
  const { retention } = version;
  const active = retention !== undefined && retention.until > now;
  const grows =
    wanted !== undefined &&
    (retention === undefined || (wanted.until >= retention.until && !weakens(retention.mode, wanted.mode)));
  if (active && !grows && !(bypass && retention.mode === 'GOVERNANCE')) {
    throw new AwsError('AccessDenied', 'Access Denied because object protected by object lock.', 403);
  }
  version.retention = wanted;
}

const weakens = (before: RetentionMode, after: RetentionMode): boolean => before === 'COMPLIANCE' && after !== before;
