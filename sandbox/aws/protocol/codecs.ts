import type { Protocol } from '../service.ts';
import type { Codec } from './codec.ts';
import { ec2QueryCodec } from './ec2-query.ts';
import { json11Codec } from './json-1.1.ts';
import { queryCodec } from './query.ts';
import { restJsonCodec } from './rest-json.ts';
import { restXmlCodec } from './rest-xml.ts';

/** The codec of each wire protocol. */
export const codecs: Readonly<Record<Protocol, Codec>> = {
  query: queryCodec,
  'ec2-query': ec2QueryCodec,
  'json-1.1': json11Codec,
  'rest-json': restJsonCodec,
  'rest-xml': restXmlCodec,
};
