import { z } from 'zod';
import type { BlobStore, Log } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import { createMemory } from '../shared/remember.ts';
import type { Connector } from './connector.ts';
import { networkCode } from './connector-call.ts';
import type { FileConsent } from './decode.ts';
import type { MayReach } from './file-hosts.ts';
import type { OtherAttachment, TeamsActivity } from './outbound-activity.ts';
import type { TeamsReference } from './reference.ts';
import { markdownLabel } from './teams-text.ts';

/** A file that we offer. `ref`: its bytes in the blob store. */
export interface OfferedFile {
  readonly name: string;
  readonly bytes: number;
  readonly ref: string;
}

export interface FinishConsentDeps {
  readonly connector: Pick<Connector, 'postActivity' | 'updateActivity'>;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly mayReach: MayReach;
  readonly log: Log;
  readonly now: () => Date;
  readonly fetch?: typeof globalThis.fetch;
  readonly timeoutMs?: number;
}

const consentType = 'application/vnd.microsoft.teams.card.file.consent';
const infoType = 'application/vnd.microsoft.teams.card.file.info';

const offered = z.object({
  frontdesk: z.literal('file'),
  v: z.literal(1),
  ref: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  name: z.string().max(500).catch('the file'),
});

/** Asks the person whether the file may be put into their OneDrive. */
export const consentCard = ({ name, bytes, ref }: OfferedFile): OtherAttachment => {
  const about = { frontdesk: 'file', v: 1, ref, name };
  return {
    contentType: consentType,
    name,
    content: { description: 'A file from support', sizeInBytes: bytes, acceptContext: about, declineContext: about },
  };
};

/**
 * What follows the answer to an offer: on a yes the bytes go to the address that Teams named, which is signed, so without our
 * token, and the file's own card takes the place of the offer. Never throws; what went wrong is said to the person.
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4#upload-files-to-personal-chat
 */
export const createFinishConsent = ({
  connector,
  blobs,
  mayReach,
  log,
  now,
  fetch = globalThis.fetch,
  timeoutMs = 50_000,
}: FinishConsentDeps) => {
  const upload = async (url: string, bytes: Uint8Array, signal: AbortSignal): Promise<string | undefined> => {
    if (!mayReach(url)) return 'the address to upload to is none of Microsoft’s file storage';
    try {
      const response = await fetch(url, {
        method: 'PUT',
        headers: {
          'content-type': 'application/octet-stream',
          'content-range': `bytes 0-${bytes.byteLength - 1}/${bytes.byteLength}`,
        },
        body: Uint8Array.from(bytes),
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      await response.body?.cancel();
      return response.ok ? undefined : `the upload was answered with ${response.status}`;
    } catch (thrown) {
      return networkCode(thrown) ?? 'the upload broke off';
    }
  };

  // The platform may deliver a yes again: its address takes the bytes once, and a second try would end as a failure.
  const uploads = createMemory<string | undefined>({ now, max: 1_000, ttlMs: () => 3_600_000 });

  const settle = async (consent: FileConsent, signal: AbortSignal): Promise<TeamsActivity> => {
    const { data } = offered.safeParse(consent.context);
    const name = markdownLabel(data?.name ?? '', 100) || 'The file';
    const said = (text: string): TeamsActivity => ({ type: 'message', text, textFormat: 'markdown' });
    const failed = (reason: string): TeamsActivity => {
      log.warn({ reason }, 'a file that somebody accepted could not be handed over');
      return said(`${name} could not be put into your OneDrive. Please ask for it again.`);
    };
    if (!consent.accepted) return said(`${name} was not sent.`);
    if (data === undefined || consent.upload === undefined) return failed('it is no answer to an offer of ours');
    const bytes = await blobs.get(data.ref);
    if (bytes === undefined || bytes.byteLength === 0) return failed('the file is not there any more');
    const { uploadUrl, contentUrl, uniqueId, fileType } = consent.upload;
    const problem = await uploads.get(uploadUrl, () => upload(uploadUrl, bytes, signal));
    if (problem !== undefined) return failed(problem);
    const card = { contentType: infoType, contentUrl, name: consent.upload.name, content: { uniqueId, fileType } };
    return { type: 'message', attachments: [card] };
  };

  return async (consent: FileConsent, reference: TeamsReference, signal: AbortSignal): Promise<void> => {
    try {
      // We offer files in personal chats only: elsewhere somebody has made this up, and could write over a message of ours.
      if (reference.type !== 'personal') return log.warn({}, 'an answer to the offer of a file came from elsewhere');
      const activity = await settle(consent, signal);
      // What carries nothing of ours may name any message as the offer.
      const cardId = offered.safeParse(consent.context).success ? consent.cardId : undefined;
      const updated =
        cardId === undefined ? undefined : await connector.updateActivity(reference, cardId, activity, signal);
      if (updated?.ok === true) return;
      // The offer cannot be changed: what came of it is said below.
      const posted = await connector.postActivity(reference, activity, signal);
      if (!posted.ok) log.warn({ code: posted.code }, `what came of a file could not be said: ${posted.message}`);
    } catch (thrown) {
      log.warn({ error: errorMessage(thrown) }, 'the answer to the offer of a file could not be worked off');
    }
  };
};
