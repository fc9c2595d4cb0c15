import { describe, expect, it } from 'vitest';
import { decodeAwsChunked } from './aws-chunked.ts';
import { signingKey } from './canonical-request.ts';

const decode = (text: string): string => decodeAwsChunked(Buffer.from(text), undefined).body.toString();

describe('the aws-chunked encoding', () => {
  it('joins chunks and hands over checksums that come after them, and no other header', () => {
    const sent = '2\r\nhi\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\nx-amz-acl:public-read\r\n\r\n';
    expect(decodeAwsChunked(Buffer.from(sent), undefined).trailers).toEqual({ 'x-amz-checksum-crc32': 'AAAAAA==' });
  });

  it('joins chunks and leaves trailers out', () => {
    expect(decode('5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n')).toBe('hello world');
    expect(decode('0\r\n\r\n')).toBe('');
  });

  it.each(['', '5\r\nhell', 'x\r\nhello', '5\r\nhello\r\n'])('refuses the broken body %j', (body) => {
    expect(() => decode(body)).toThrow(expect.objectContaining({ code: 'IncompleteBody' }));
  });

  // The worked example of docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html: 66,560 times the letter a.
  const scope = '20130524/us-east-1/s3/aws4_request';
  const signing = {
    key: signingKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', {
      date: '20130524',
      region: 'us-east-1',
      service: 's3',
    }),
    timestamp: '20130524T000000Z',
    scope,
    seedSignature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  };
  const body = (first: string): Buffer =>
    Buffer.from(
      `10000;chunk-signature=${first}\r\n${'a'.repeat(65_536)}\r\n` +
        `400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n${'a'.repeat(1024)}\r\n` +
        '0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n',
    );

  it('accepts chunks signed as in the example of AWS', () => {
    const signature = 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648';
    expect(decodeAwsChunked(body(signature), signing).body).toHaveLength(66_560);
  });

  it('refuses a chunk with another signature', () => {
    expect(() => decodeAwsChunked(body('0'.repeat(64)), signing)).toThrow(
      expect.objectContaining({ code: 'SignatureDoesNotMatch' }),
    );
  });
});
