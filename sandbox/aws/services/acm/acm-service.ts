import type {
  DescribeCertificateCommandInput,
  DescribeCertificateCommandOutput,
  ListCertificatesCommandInput,
  ListCertificatesCommandOutput,
} from '@aws-sdk/client-acm';
import { membersRead } from '../../members/members-read.ts';
import type { CallContext, ServiceModule } from '../../service.ts';
import { listenersWithCertificate } from '../elbv2/elbv2-state.ts';
import { tokenPage } from '../token-page.ts';
import { acmState, type Certificate, currentStatus, findCertificate } from './acm-state.ts';

type Output<T> = Omit<T, '$metadata'>;

function describeCertificate(
  input: DescribeCertificateCommandInput,
  { world, region }: CallContext,
): Output<DescribeCertificateCommandOutput> {
  const certificate = findCertificate(world, region, input.CertificateArn);
  return {
    Certificate: {
      CertificateArn: certificate.arn,
      DomainName: certificate.domainName,
      SubjectAlternativeNames: namesOf(certificate),
      Status: currentStatus(certificate, world.clock.now()),
      Type: certificate.issuer,
      ...(certificate.issuer === 'IMPORTED' && { ImportedAt: certificate.importedAt }),
      NotBefore: certificate.notBefore,
      NotAfter: certificate.notAfter,
      KeyAlgorithm: 'RSA_2048',
      InUseBy: listenersWithCertificate(world, region, certificate.arn).map(({ loadBalancerArn }) => loadBalancerArn),
      RenewalEligibility: certificate.issuer === 'IMPORTED' ? 'INELIGIBLE' : 'ELIGIBLE',
    },
  };
}

/** Certificates of the region, 1000 a page at most (API_ListCertificates.html). */
function listCertificates(
  input: ListCertificatesCommandInput,
  { world, region }: CallContext,
): Output<ListCertificatesCommandOutput> {
  const now = world.clock.now();
  const all = [...world.state(acmState, region).values()].filter(
    (each) => !input.CertificateStatuses?.length || input.CertificateStatuses.includes(currentStatus(each, now)),
  );
  const { page, nextToken } = tokenPage(all, {
    size: input.MaxItems ?? 1000,
    token: input.NextToken,
    errorCode: 'ValidationException',
  });
  const summaries = page.map((certificate) => ({
    CertificateArn: certificate.arn,
    DomainName: certificate.domainName,
    SubjectAlternativeNameSummaries: namesOf(certificate),
    Status: currentStatus(certificate, now),
    Type: certificate.issuer,
    NotBefore: certificate.notBefore,
    NotAfter: certificate.notAfter,
    ...(certificate.issuer === 'IMPORTED' && { ImportedAt: certificate.importedAt }),
  }));
  return { CertificateSummaryList: summaries, ...(nextToken ? { NextToken: nextToken } : {}) };
}

/** The domain name is always among the alternative names. */
const namesOf = ({ domainName, alternativeNames }: Certificate): string[] => [
  ...new Set([domainName, ...alternativeNames]),
];

/** AWS Certificate Manager (docs.aws.amazon.com/acm/latest/APIReference). */
export const acmService: ServiceModule = {
  signingName: 'acm',
  protocol: 'json-1.1',
  loadClient: () => import('@aws-sdk/client-acm'),
  members: membersRead('acm'),
  operations: { DescribeCertificate: describeCertificate, ListCertificates: listCertificates },
};
