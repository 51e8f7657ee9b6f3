import multipart from '@fastify/multipart';
import { z } from 'zod';
import type { ConsoleAuth } from './console-auth.ts';
import type { HttpDeps } from './ports.ts';
import { failures, isRowId, type Routes, refParams } from './routes.ts';
import { downloadQuery, sendAttachment } from './send-attachment.ts';
import { multipartLimits, storeUploads } from './uploads.ts';
import { attachmentWire } from './wire.ts';

const security = [{ console: [] }];

/** Files that the support team sends and reads. */
export const consoleAttachments =
  ({ desk, blobs, settings }: HttpDeps, auth: ConsoleAuth): Routes =>
  async (app) => {
    await app.register(multipart, { limits: multipartLimits(settings.uploads) });

    app.post(
      '/api/console/attachments',
      {
        schema: {
          tags: ['console'],
          summary: 'Upload files for a reply or note',
          consumes: ['multipart/form-data'],
          security,
          response: { 201: z.array(attachmentWire), ...failures },
        },
      },
      async (request, reply) => {
        auth.requireAgent(request);
        return reply.code(201).send([...(await storeUploads(request, blobs, settings.uploads))]);
      },
    );

    app.get(
      '/api/console/escalations/:id/attachments/:ref',
      {
        schema: {
          tags: ['console'],
          summary: 'Download a file of this escalation',
          security,
          params: refParams,
          querystring: downloadQuery,
        },
      },
      async (request, reply) => {
        auth.requireAgent(request);
        const { id, ref } = request.params;
        return sendAttachment(
          reply,
          { ref, name: request.query.name },
          blobs,
          async (asked) => isRowId(id) && desk.ownsAttachment(id, asked),
        );
      },
    );
  };
