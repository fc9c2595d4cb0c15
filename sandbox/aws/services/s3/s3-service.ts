import { membersRead } from '../../members/members-read.ts';
import type { ServiceModule } from '../../service.ts';
import { bucketOperations } from './bucket-operations.ts';
import { bucketSettingsOperations } from './bucket-settings-operations.ts';
import { checkRequestIntegrity } from './checksums.ts';
import { listOperations } from './list-operations.ts';
import { objectOperations } from './object-operations.ts';
import { s3Access } from './s3-access.ts';
import { versionOperations } from './version-operations.ts';

/** Amazon S3, API version 2006-03-01 (docs.aws.amazon.com/AmazonS3/latest/API). */
export const s3Service: ServiceModule = {
  signingName: 's3',
  protocol: 'rest-xml',
  loadClient: () => import('@aws-sdk/client-s3'),
  xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
  members: membersRead('s3'),
  operations: {
    ...bucketOperations,
    ...bucketSettingsOperations,
    ...objectOperations,
    ...versionOperations,
    ...listOperations,
  },
  access: s3Access,
  checkRequest: checkRequestIntegrity,
};
