import { z } from 'zod';
import type { Attachment } from '#core/message.ts';
import { cleanFileName, cleanMediaType } from '../shared/clean.ts';
import { safeUrl } from '../shared/safe-url.ts';
import { type Activity, type ActivityAttachment, attachmentsOf, wordOf } from './activity.ts';
import { jsonOf, maybe, text } from './fields.ts';
import { type FileRef, fileRefOf } from './file-ref.ts';
import { markdownLink } from './markdown-link.ts';
import { nameIn } from './mentions.ts';
import { tenantOf } from './reference.ts';

/** The files of a message. `links`: files that lie elsewhere, as Markdown; `skipped`: why some are not among them. */
interface ReadFiles {
  readonly attachments: readonly Attachment[];
  readonly links: readonly string[];
  readonly skipped: readonly string[];
}

const download = z.object({ downloadUrl: z.string(), fileType: maybe(text) });

/** What file types that people attach are called on the web; the download says it again, if it knows better. */
const mediaTypes: ReadonlyMap<string, string> = new Map([
  ['csv', 'text/csv'],
  ['doc', 'application/msword'],
  ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['gif', 'image/gif'],
  ['heic', 'image/heic'],
  ['html', 'text/html'],
  ['jpeg', 'image/jpeg'],
  ['jpg', 'image/jpeg'],
  ['json', 'application/json'],
  ['log', 'text/plain'],
  ['md', 'text/markdown'],
  ['mp4', 'video/mp4'],
  ['pdf', 'application/pdf'],
  ['png', 'image/png'],
  ['pptx', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  ['txt', 'text/plain'],
  ['webp', 'image/webp'],
  ['xls', 'application/vnd.ms-excel'],
  ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['xml', 'text/xml'],
  ['zip', 'application/zip'],
]);

const fileInfo = 'application/vnd.microsoft.teams.file.download.info';
// The message itself, what is drawn and what is read with the text.
const notFiles =
  /^(?:text\/(?:html|plain)|messagereference|forwardedmessagereference|application\/vnd\.microsoft\.card\..*|application\/vnd\.microsoft\.teams\.card\..*)$/;

const webUrl = (url: string | undefined): string | undefined => {
  const parsed = url === undefined || url.length > 8_000 ? undefined : safeUrl(url);
  return parsed?.startsWith('mailto:') === true ? undefined : parsed;
};

interface Found {
  readonly place: Omit<FileRef, 'tenantId'>;
  readonly name: string | undefined;
  readonly mime: string;
  readonly fallback: string;
}

/** Where a file lies, or in words why it is none that can be read. */
const find = ({ contentType = '', contentUrl, content, name }: ActivityAttachment): Found | string => {
  const type = contentType.toLowerCase();
  if (type === fileInfo) {
    const { data } = download.safeParse(jsonOf(content));
    const url = webUrl(data?.downloadUrl);
    const extension = (data?.fileType ?? /\.(\w{1,10})$/.exec(name ?? '')?.[1] ?? '').toLowerCase();
    if (url === undefined) return 'a file without an address to read it from';
    const mime = mediaTypes.get(extension) ?? 'application/octet-stream';
    return {
      place: { kind: 'link', url },
      name,
      mime,
      fallback: mediaTypes.has(extension) ? `file.${extension}` : 'file',
    };
  }
  const url = webUrl(contentUrl);
  if (url === undefined) return `an attachment that cannot be read (${wordOf(contentType) || 'of no type'})`;
  const extension = /^image\/(png|jpeg|gif|webp)$/.exec(type)?.[1] ?? '';
  const isImage = type.startsWith('image/');
  const fallback = isImage ? `image${extension === '' ? '' : `.${extension}`}` : 'file';
  return { place: { kind: 'connector', url }, name, mime: cleanMediaType(contentType), fallback };
};

/** Pictures in the text; in channels they are not among the attachments, and only Microsoft Graph has them. */
const picturesIn = (activity: Activity): number =>
  attachmentsOf(activity)
    .filter(({ contentType }) => contentType?.toLowerCase() === 'text/html')
    .flatMap(({ content }) => (typeof content === 'string' ? (content.slice(0, 100_000).match(picture) ?? []) : []))
    .filter((tag) => /AMSImage|hostedContents|\/v1\/objects\//i.test(tag)).length;
const picture = /<img\b[^<>]{0,3000}>/gi;

/**
 * The files of a message: uploads (only in personal chats) and inline images. `ref` is a reference of our own, see `fileRefOf`.
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4
 */
export const readFiles = (activity: Activity): ReadFiles => {
  const attachments: Attachment[] = [];
  const links: string[] = [];
  const skipped: string[] = [];
  const seen = new Set<string>();
  const tenantId = tenantOf(activity);
  for (const entry of attachmentsOf(activity)) {
    const type = (entry.contentType ?? '').toLowerCase();
    if (notFiles.test(type)) continue;
    if (type === 'reference') {
      // A file in SharePoint, which only its reader's own account opens.
      const url = webUrl(entry.contentUrl);
      if (url === undefined) skipped.push('a file elsewhere, without its address');
      else links.push(markdownLink(url, nameIn(entry.name ?? '') || 'file'));
      continue;
    }
    const found = find(entry);
    if (typeof found === 'string') {
      skipped.push(found);
      continue;
    }
    const name = cleanFileName(found.name, found.fallback);
    let unique = name;
    for (let copy = 2; seen.has(unique); copy += 1) unique = name.replace(/(\.[^.]*)?$/, ` (${copy})$1`);
    seen.add(unique);
    const ref = fileRefOf({ ...found.place, ...(tenantId === undefined ? {} : { tenantId }) });
    // Teams does not say how large a file is.
    attachments.push({ name: unique, mime: found.mime, bytes: 0, ref });
  }
  const images = attachments.filter(({ name, mime }) => mime.startsWith('image/') || name.startsWith('image')).length;
  const left = picturesIn(activity) - images;
  if (left > 0)
    skipped.push(left === 1 ? 'a picture that apps are not shown' : `${left} pictures that apps are not shown`);
  return { attachments, links, skipped };
};
