import type { BlobStore } from '#core/channel.ts';
import type { Attachment, Outbound } from '#core/message.ts';
import { cleanFileName } from '../shared/clean.ts';
import { isDeskChannel, type TeamsConfig } from './config.ts';
import { consentCard } from './file-consent.ts';
import type { OtherAttachment } from './outbound-activity.ts';
import type { ConversationType } from './reference.ts';

export interface FilePlanDeps {
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly config: Pick<TeamsConfig, 'deskChannel' | 'secondLevelChannel'>;
}

/** A message whose files are taken care of. */
export interface FilePlan {
  /** Without files; what could not be passed on is said in its words. */
  readonly message: Outbound;
  /** Pictures that are shown in the message itself. */
  readonly images: readonly OtherAttachment[];
  /** Offers of files, each in a message of its own. */
  readonly offers: readonly OtherAttachment[];
}

/**
 * Pictures of these types and sizes are shown in any conversation, and do not count towards the size of a message
 * (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/update-and-delete-bot-messages#use-picture-messages,
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages).
 */
const pictures = new Set(['image/png', 'image/jpeg', 'image/gif']);
const maxPictureBytes = 1_000_000;
const maxPicturesBytes = 3_000_000;

/** A name as text in Markdown. */
const asText = (name: string): string => name.replace(/[!-/:-@[-`{-~]/g, '\\$&');

const named = (names: readonly string[]): string => names.map((name) => `“${asText(name)}”`).join(', ');

const notHere = 'could not be passed on: Teams lets this app send files in personal chats only.';
const notThere = 'not there any more and could not be sent.';

const noteOf = (
  names: readonly string[],
  { one, several }: { readonly one: string; readonly several: string },
): string => {
  if (names.length === 0) return '';
  return names.length === 1 ? `_The file ${named(names)} ${one}_` : `_The files ${named(names)} ${several}_`;
};

/**
 * How the files of messages reach people. Bots may send files in personal chats only, and there only those that the person
 * accepts (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4); elsewhere pictures alone, since
 * uploads to SharePoint need rights of Microsoft Graph that this app does not ask for. What cannot be passed on is named.
 */
export const createFilePlan = ({ blobs, config }: FilePlanDeps) => {
  const isDesk = ({ address }: Outbound): boolean => isDeskChannel(config, address.space);

  return async (
    message: Outbound,
    type: ConversationType,
    options: { readonly pictures: boolean } = { pictures: true },
  ): Promise<FilePlan> => {
    const images: OtherAttachment[] = [];
    const offers: OtherAttachment[] = [];
    const missing: string[] = [];
    const stuck: string[] = [];
    let bytesLeft = options.pictures ? maxPicturesBytes : 0;

    const place = async (attachment: Attachment): Promise<void> => {
      const name = cleanFileName(attachment.name, 'file');
      const bytes = attachment.ref.startsWith('sha256:') ? await blobs.get(attachment.ref) : undefined;
      if (bytes === undefined || bytes.byteLength === 0) {
        missing.push(name);
        return;
      }
      const size = bytes.byteLength;
      if (pictures.has(attachment.mime) && size <= Math.min(maxPictureBytes, bytesLeft)) {
        bytesLeft -= size;
        const contentUrl = `data:${attachment.mime};base64,${Buffer.from(bytes).toString('base64')}`;
        images.push({ contentType: attachment.mime, contentUrl, name });
      } else if (type === 'personal') {
        offers.push(consentCard({ name, bytes: size, ref: attachment.ref }));
      } else stuck.push(name);
    };
    for (const attachment of message.content.attachments) await place(attachment);

    const why = isDesk(message)
      ? { one: 'is attached to the case in the console.', several: 'are attached to the case in the console.' }
      : { one: notHere, several: notHere };
    const gone = { one: `is ${notThere}`, several: `are ${notThere}` };
    const notes = [noteOf(stuck, why), noteOf(missing, gone)];
    const markdown = [message.content.markdown, ...notes].filter((text) => text.trim() !== '').join('\n\n');
    return { message: { ...message, content: { markdown, attachments: [] } }, images, offers };
  };
};
