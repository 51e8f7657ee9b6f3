import { posix } from 'node:path';
import { type Reading, type SourceDocument, unreadable } from '../document.ts';
import { dateOf } from './date-of.ts';
import { childrenNamed, DamagedDocument, parseXml } from './xml.ts';
import { openZip } from './zip.ts';

/** Files of a packed document by name. */
export type Parts = Readonly<Record<string, Uint8Array>>;

/** What an Office document says about itself. */
export type Properties = Pick<SourceDocument, 'title' | 'language' | 'publishedAt' | 'modifiedAt'>;

/** Parts that hold no text: what a document shows besides. */
const media = /(?:^|\/)(?:media|embeddings|fonts|activeX|printerSettings|thumbnail|customUI)(?:\/|\.)|vbaProject/i;

/** Unpacks what may hold text of a packed document and has `read` make something of it. */
export const readParts = async (
  bytes: Uint8Array,
  read: (parts: Parts) => Reading | Promise<Reading>,
): Promise<Reading> => {
  const opened = openZip(bytes);
  if (!opened.ok) return unreadable(opened.reason);
  try {
    return await read(opened.zip.unpack((name) => !media.test(name)));
  } catch (error) {
    if (error instanceof DamagedDocument) return unreadable(`is damaged: ${error.message}; save it again`);
    throw error;
  }
};

/** `docProps/core.xml` (ECMA-376, part 2, core properties). A document may lack it. */
export const propertiesOf = (parts: Parts): Properties => {
  const core = parts['docProps/core.xml'];
  if (!core) return {};
  const root = parseXml(core);
  const value = (name: string) => childrenNamed(root, name)[0]?.text.trim() ?? '';
  const title = realTitle(value('title'));
  const publishedAt = dateOf(value('created'));
  const modifiedAt = dateOf(value('modified'));
  const language = languageTag(value('language'));
  return {
    ...(title ? { title } : {}),
    ...(language ? { language } : {}),
    ...(publishedAt ? { publishedAt } : {}),
    ...(modifiedAt ? { modifiedAt } : {}),
  };
};

/** A title that somebody gave, not one that a program made up from a file name or a template. */
export const realTitle = (title: string | undefined): string | undefined => {
  const name = title?.replace(/\s+/g, ' ').trim() ?? '';
  const isMadeUp =
    /^(?:microsoft (?:word|powerpoint|excel)|(?:untitled|unbenannt|sans titre|sin título|document|dokument|slide|folie|präsentation|presentation|powerpoint[ -]pr\S*)\s*\d*$)/i.test(
      name,
    ) || /\.(?:docx?|pptx?|xlsx?|pdf|odt|odp|ods|rtf|indd|tex|dvi|tmp|html?|qxd)$/i.test(name);
  return name === '' || isMadeUp ? undefined : name.slice(0, 300);
};

/** A BCP 47 tag, as documents write it: `de_DE` is seen, too. */
export const languageTag = (language: string | undefined): string | undefined => {
  const tag = language?.trim().replaceAll('_', '-');
  return tag && /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i.test(tag) ? tag : undefined;
};

/** What a part's relationships lead to, by their id (ECMA-376, part 2, relationships). */
export const relationships = (parts: Parts, of: string): ReadonlyMap<string, { path: string; type: string }> => {
  const file = parts[posix.join(posix.dirname(of), '_rels', `${posix.basename(of)}.rels`)];
  if (!file) return new Map();
  return new Map(
    childrenNamed(parseXml(file), 'Relationship')
      .filter(({ attributes }) => attributes.TargetMode !== 'External')
      .map(({ attributes }) => {
        const target = attributes.Target ?? '';
        const path = target.startsWith('/') ? target.slice(1) : posix.join(posix.dirname(of), target);
        return [attributes.Id ?? '', { path, type: (attributes.Type ?? '').split('/').at(-1) ?? '' }];
      }),
  );
};
