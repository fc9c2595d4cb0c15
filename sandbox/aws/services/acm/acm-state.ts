import { randomUUID } from 'node:crypto';
import type { CertificateDetail } from '@aws-sdk/client-acm';
import { AwsError } from '../../service.ts';
import type { AwsWorld, StateKey } from '../../world.ts';

export type Certificate = {
  arn: string;
  domainName: string;
  alternativeNames: string[];
  status: NonNullable<CertificateDetail['Status']>;
  issuer: 'IMPORTED' | 'AMAZON_ISSUED';
  importedAt: Date;
  notBefore: Date;
  notAfter: Date;
  tags: Record<string, string>;
};

/** Certificates of one region by ARN. */
export const acmState: StateKey<Map<string, Certificate>> = { id: 'acm', create: () => new Map() };

/**
 * Stores a certificate as if an operator had imported it.
 * @param settings.validDays virtual days from now on until it expires; default 365
 * @param settings.id last part of its ARN; default a new one
 */
export function importCertificate(
  world: AwsWorld,
  region: string,
  settings: {
    domainName: string;
    alternativeNames?: string[];
    status?: Certificate['status'];
    validDays?: number;
    id?: string;
  },
): Certificate {
  const now = world.clock.now();
  const certificate: Certificate = {
    arn: `arn:aws:acm:${region}:${world.accountId}:certificate/${settings.id ?? randomUUID()}`,
    domainName: settings.domainName,
    alternativeNames: settings.alternativeNames ?? [],
    status: settings.status ?? 'ISSUED',
    issuer: 'IMPORTED',
    tags: {},
    importedAt: now,
    notBefore: now,
    notAfter: new Date(now.getTime() + (settings.validDays ?? 365) * 86_400_000),
  };
  world.state(acmState, region).set(certificate.arn, certificate);
  return certificate;
}

/** @throws AwsError InvalidArnException, ResourceNotFoundException */
export function findCertificate(world: AwsWorld, region: string, arn: string | undefined): Certificate {
  if (!/^arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/.test(arn ?? '')) {
    throw new AwsError('ValidationException', `Value '${arn}' at 'certificateArn' failed to satisfy constraint.`);
  }
  const certificate = world.state(acmState, region).get(arn ?? '');
  if (!certificate) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Could not find certificate ${arn} in account ${world.accountId} in region ${region}.`,
    );
  }
  return certificate;
}

/** An issued certificate whose time is over counts as expired (API_CertificateDetail.html, Status). */
export const currentStatus = (certificate: Certificate, now: Date): Certificate['status'] =>
  certificate.status === 'ISSUED' && certificate.notAfter <= now ? 'EXPIRED' : certificate.status;
