import { describe, expect, test } from 'vitest';
import { GLOBAL_HANDLERS, REPOSITORY_HANDLERS } from '../routes/handlers.ts';
import { condenseDescription } from './condense.ts';
import { SERVED_OPERATIONS } from './served-operations.ts';
import { UNDESCRIBED_OPERATIONS } from './undescribed-operations.ts';
import { checkBody, checkParameters, checkResponse, servedDescription } from './validate.ts';

describe('the served operations', () => {
  test('are described, and have a handler each', () => {
    const handlers = { ...GLOBAL_HANDLERS, ...REPOSITORY_HANDLERS };
    const served = [...SERVED_OPERATIONS, ...UNDESCRIBED_OPERATIONS].sort();
    expect(Object.keys(handlers).sort()).toEqual(served);
    expect(Object.keys(servedDescription().operations).sort()).toEqual(served);
  });
});

describe('checks', () => {
  test('convert query parameters and fill in defaults', () => {
    const query: Record<string, unknown> = { page: '2', state: 'closed' };
    expect(checkParameters('pulls/list', 'query', query)).toEqual([]);
    expect(query).toEqual({ page: 2, per_page: 30, sort: 'created', state: 'closed' });
    expect(checkParameters('pulls/list', 'query', { page: 'two' })).toEqual([
      `For 'properties/page', "two" is not of type integer.`,
    ]);
  });

  test('name what is wrong with a body', () => {
    expect(checkBody('issues/create-comment', {})).toEqual([`"body" wasn't supplied.`]);
    expect(checkBody('issues/create-comment', { body: 3 })).toEqual([
      `For 'properties/body', 3 is not of type string.`,
    ]);
    expect(checkBody('issues/create-comment', undefined)).toEqual(['A request body is required.']);
  });

  test('find a response that GitHub would not send', () => {
    expect(checkResponse('issues/get-label', 200, { id: 1, name: 'x', color: 'fff', default: false })).toEqual([
      "/ must have required property 'node_id'",
      "/ must have required property 'url'",
      "/ must have required property 'description'",
    ]);
    expect(checkResponse('issues/delete-label', 200, {})).toEqual([
      'GitHub does not answer issues/delete-label with 200',
    ]);
    expect(checkResponse('issues/delete-label', 204, {})).toEqual([
      'GitHub answers issues/delete-label with 204 without a body',
    ]);
  });
});

describe('condensing', () => {
  test('keeps what is reached, without prose, with null allowed where OpenAPI says nullable', () => {
    const document = {
      paths: {
        '/things/{id}': {
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer', example: 1 } }],
          get: {
            operationId: 'things/get',
            responses: {
              200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/thing' } } } },
              404: { description: 'Not found' },
            },
          },
        },
      },
      components: {
        schemas: {
          thing: {
            type: 'object',
            description: 'A thing',
            properties: {
              description: { type: 'string', nullable: true, enum: ['a'] },
              parent: { nullable: true, oneOf: [{ $ref: '#/components/schemas/thing' }] },
            },
          },
          unused: { type: 'string' },
        },
      },
    };
    const source = { package: 'p', version: '1', file: 'f', license: 'MIT' };
    expect(condenseDescription(document, ['things/get'], source)).toEqual({
      source,
      operations: {
        'things/get': {
          method: 'GET',
          path: '/things/{id}',
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
          responses: { 200: { $ref: '#/schemas/thing' } },
        },
      },
      schemas: {
        thing: {
          type: 'object',
          properties: {
            description: { type: ['string', 'null'], enum: ['a', null] },
            parent: { anyOf: [{ anyOf: [{ $ref: '#/schemas/thing' }] }, { type: 'null' }] },
          },
        },
      },
    });
    expect(() => condenseDescription(document, ['things/list'], source)).toThrow('p 1 has no operation things/list.');
  });
});
