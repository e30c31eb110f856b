// The HTTP table as an OpenAPI 3.1 document, made from the same rows that the server checks requests against.

import { toJsonSchema } from '@valibot/to-json-schema';
import type { Schema } from '../../shared/messages/define.ts';
import { ROUTES } from '../../shared/routes.ts';
import type { Route } from '../../shared/routes.ts';
import { ERRORS } from '../../shared/errors.ts';
import type { RawRoute } from './raw-route.ts';

/** `ignore`: what JSON Schema has no word for (a finite number) is left out rather than refused. */
const jsonSchema = (schema: Schema, typeMode: 'input' | 'output') => {
  const { $schema: _, ...rest } = toJsonSchema(schema, { errorMode: 'ignore', typeMode });
  return rest;
};

const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { enum: Object.keys(ERRORS) }, message: { type: 'string' }, retryAfterMs: { type: 'number' } },
    },
  },
};

const requestBody = (body: Route['body']) => {
  if (body === null) return {};
  const content = body === 'image'
    ? Object.fromEntries(['image/jpeg', 'image/png', 'image/webp'].map((type) => [type, { schema: { type: 'string', format: 'binary' } }]))
    : { 'application/json': { schema: jsonSchema(body, 'input') } };
  return { requestBody: { required: true, content } };
};

const operation = (name: string, route: Route) => ({
  operationId: name,
  summary: route.about,
  ...(route.access === 'user' ? { security: [{ session: [] }] } : {}),
  parameters: [...route.path.matchAll(/:(\w+)/g)].map(([, key]) => ({ name: key, in: 'path', required: true, schema: { type: 'string', maxLength: 64 } })),
  ...requestBody(route.body),
  responses: {
    200: { description: 'Done.', content: { 'application/json': { schema: jsonSchema(route.result, 'output') } } },
    default: { description: 'An error with a code.', content: { 'application/json': { schema: errorSchema } } },
  },
});

export const openApiDocument = (version: string): Record<string, unknown> => {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of Object.entries<Route>(ROUTES)) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Qiao', version },
    paths,
    components: { securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: '__Host-qiao' } } },
  };
};

/** GET /api/openapi.json */
export const openApiRoute = (version: string): RawRoute => {
  const body = JSON.stringify(openApiDocument(version));
  return { method: 'GET', path: '/api/openapi.json', handle: () => ({ status: 200, type: 'application/json', body, cacheControl: 'no-cache' }) };
};
