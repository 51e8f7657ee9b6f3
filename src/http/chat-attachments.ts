import multipart from '@fastify/multipart';
import { z } from 'zod';
import type { HttpDeps } from './ports.ts';
import type { RateGuard } from './rate-guard.ts';
import { failures, idParams, type Routes, refParams } from './routes.ts';
import { downloadQuery, sendAttachment } from './send-attachment.ts';
import { requireSession } from './session-gate.ts';
import { multipartLimits, storeUploads } from './uploads.ts';
import { attachmentWire } from './wire.ts';

const security = [{ session: [] }];

/** `/api/chat/sessions/:id/attachments`: files of a customer. */
export const chatAttachments =
  ({ chat, blobs, settings }: HttpDeps, guard: RateGuard): Routes =>
  async (app) => {
    await app.register(multipart, { limits: multipartLimits(settings.uploads) });

    app.post(
      '/api/chat/sessions/:id/attachments',
      {
        schema: {
          tags: ['chat'],
          summary: 'Upload files',
          description: 'Multipart form with up to 10 files. Name what comes back in a message to attach it.',
          consumes: ['multipart/form-data'],
          security,
          params: idParams,
          response: { 201: z.array(attachmentWire), ...failures },
        },
      },
      async (request, reply) => {
        const session = await requireSession(chat, request, request.params.id, reply);
        await guard.session(session.id, reply);
        const stored = await storeUploads(request, blobs, settings.uploads);
        for (const attachment of stored) await chat.recordUpload(session, attachment);
        return reply.code(201).send([...stored]);
      },
    );

    app.get(
      '/api/chat/sessions/:id/attachments/:ref',
      {
        schema: {
          tags: ['chat'],
          summary: 'Download a file of this conversation',
          security,
          params: refParams,
          querystring: downloadQuery,
        },
      },
      async (request, reply) => {
        const session = await requireSession(chat, request, request.params.id, reply);
        const { ref } = request.params;
        return sendAttachment(reply, { ref, name: request.query.name }, blobs, (asked) =>
          chat.ownsAttachment(session, asked),
        );
      },
    );
  };
