import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import manifest from '../../package.json' with { type: 'json' };
import type { HttpSettings } from './ports.ts';

/** What the page at /docs may load: our own files, and the inline styles that its viewer writes. */
const docsPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const description = `Chat as a customer, work as the support team.

Errors are problem documents (RFC 9457) with a \`requestId\` to quote. 429 and 503 say in \`Retry-After\` when to come back.

Live events come over WebSockets: \`/ws?session_id=…&token=…\` for a customer, \`/ws/console\` for the support team. After a
gap read what was missed with \`?after=\`. Close codes:

| code | why | what to do |
|---|---|---|
| 1001 | the server is going away | connect again, with growing pauses |
| 1009 | a message from the client was too big | send nothing |
| 1011, 1013 | trouble on our side, the client reads too slowly | connect again, with growing pauses |
| 4401 | no, wrong or expired credentials | open a new session, or sign in |
| 4403 | the token belongs to another session | use its own |
| 4404 | there is no such session | open a new one |
| 4408 | no sign of life | connect again |
| 4429 | too many sockets or messages | wait, then connect again |
`;

/** The OpenAPI document at `/docs/json`, made from the routes' own schemas, and a page to try it at `/docs`. */
export const apiDocs = async (app: FastifyInstance, settings: HttpSettings): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Frontdesk',
        version: manifest.version,
        description,
      },
      // Wherever the page was opened, so that trying a request is never cross-origin.
      servers: [{ url: '/' }],
      tags: [
        { name: 'chat', description: 'Customers' },
        { name: 'console', description: 'The support team' },
        { name: 'operation', description: 'Whoever runs this' },
      ],
      components: {
        securitySchemes: {
          session: { type: 'http', scheme: 'bearer', description: 'The token of a session' },
          console: {
            type: 'apiKey',
            in: 'cookie',
            name: settings.publicUrl.startsWith('https:') ? '__Host-frontdesk_console' : 'frontdesk_console',
          },
        },
      },
    },
    transform: jsonSchemaTransform,
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: docsPolicy,
    theme: { title: 'Frontdesk API' },
    uiConfig: { layout: 'BaseLayout' },
  });
};
