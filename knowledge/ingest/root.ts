import type { Kysely } from 'kysely';
import { errorMessage } from '#core/errors.ts';
import type { Found, Item, ItemState, Reading, Unchanged, Unreadable } from '../document.ts';
import { unreadable } from '../document.ts';
import type { PersonalDataPolicy } from '../personal-data/policy.ts';
import type { Entry, Survey } from '../sources/load.ts';
import type { DocumentVisibility } from '../visibility.ts';
import type { Batches } from './batches.ts';
import { deleteDocuments } from './delete-documents.ts';
import { recordFailures } from './failures.ts';
import type { IngestOptions } from './ingest.ts';
import { containers, type Known, type KnownDocument } from './known-documents.ts';
import { prepareDocument } from './prepare-document.ts';
import type { Planner, Tally } from './run.ts';
import { sha256 } from './sha256.ts';
import { type NewState, sameState, storableState, storeStates } from './states.ts';

/** Part of every content hash: raise it when the same bytes should give other chunks, and everything is read anew. */
const pipelineVersion = 2;

/** So many documents that are all gone at once are more likely a folder that is not mounted, or a site that was moved. */
const suspicious = 50;
const allGone = (count: number): string =>
  `all its ${count} documents are gone, as if it were not there; nothing was removed; if that is right, ingest it with --allow-empty`;

/** Longest id and place of a document, in bytes: an index holds no longer ones. */
const longestName = 1_000;

/** What is left to do with an item when its turn comes. */
type Settle = () => void | Promise<void>;

/** One source that a user named, item by item. */
export interface Root {
  /** What is stored of the document there, where that still counts. */
  readonly known: (source: string) => ItemState | undefined;
  /** Decides about an item and starts reading it; what is returned is done in the order of the items. */
  readonly begin: (found: { readonly item: Item; readonly entry: Entry }) => Settle | Promise<Settle>;
  /** Everything was seen: what is stored and was not seen goes. */
  close(): Promise<void>;
}

export interface RootDeps {
  readonly survey: Survey;
  readonly known: Known;
  /** Ids that other collections hold. */
  readonly elsewhere: ReadonlySet<string>;
  readonly tally: Tally;
  readonly batches: Batches;
  /** One more item is done. */
  readonly advance: () => void;
  readonly planner?: Planner | undefined;
}

export const createRoot = <T>(
  db: Kysely<T>,
  options: IngestOptions & { readonly collection: string },
  { survey, known, elsewhere, tally, batches, advance, planner }: RootDeps,
): Root => {
  const {
    collection,
    prefixIds = false,
    visibility = 'public',
    personalData: policy = 'flag',
    dryRun = false,
    allowEmpty = false,
  } = options;
  const prefix = hashPrefix(visibility, policy);
  /** Items and what they lie in that say nothing certain about what is gone. */
  const doubtful = new Set<string>();
  const saidGone = new Set<string>();
  const failed: Unreadable[] = [];
  const refused: KnownDocument[] = [];
  const states: NewState[] = [];
  let isComplete = !survey.missing || allowEmpty;

  const idOf = (key: string): string => (prefixIds || elsewhere.has(key) ? `${collection}:${key}` : key);
  const report = (item: Unreadable) => {
    failed.push(item);
    tally.unreadable.push(item);
    doubtful.add(item.source);
    advance();
  };
  // What is not there any more, and is not to be, needs no word.
  if (!survey.missing || !allowEmpty) survey.unreadable.forEach(report);

  const unchanged: Settle = () => {
    tally.unchanged += 1;
    advance();
  };

  /** Takes an id for its source; otherwise says why not. */
  const claim = (id: string, { key, source }: Found | Unchanged): Settle | undefined => {
    const earlier = tally.seen.get(id);
    if (earlier === source) return advance;
    if (earlier !== undefined)
      return () => report({ source, reason: `_id ${JSON.stringify(key)} is already taken by ${earlier}` });
    if (!isStorable(id) || !isStorable(source))
      return () => report({ source, reason: `its name is longer than ${longestName} bytes or holds a NUL; rename it` });
    tally.seen.set(id, source);
    return undefined;
  };

  const store = async (found: Found, id: string, contentHash: string, reading: Reading): Promise<void> => {
    const { source } = found;
    const state = storableState(found.state);
    if (!reading.ok) return report({ source, reason: reading.reason });
    const origin = { id, collection, source, visibility, contentHash, ...(state ? { state } : {}) };
    const result = prepareDocument(origin, reading.document, policy);
    const before = known.byId.get(id);
    if (!result.ok) {
      if (result.refused) {
        tally.personalData.push({ source, found: result.refused, done: 'refused' });
        if (before) refused.push(before);
      }
      return report({ source, reason: result.reason });
    }
    if (Object.keys(result.found).length > 0) {
      const { personalData } = result.prepared;
      tally.personalData.push({ source, found: result.found, done: personalData === 'none' ? 'kept' : personalData });
    }
    await batches.add(result.prepared, before !== undefined);
    advance();
  };

  const remove = async (gone: readonly KnownDocument[]): Promise<void> => {
    tally.removed += gone.length;
    for (const { id, source, title } of gone) {
      tally.plan.removed.push({ source, title });
      planner?.remove(id);
    }
    if (!dryRun && gone.length > 0)
      await deleteDocuments(
        db,
        gone.map(({ id }) => id),
      );
  };

  return {
    known: (source) => {
      const document = known.bySource.get(source);
      const counts = document?.hash.startsWith(prefix) && !known.failed.has(source);
      return counts ? (document?.state ?? undefined) : undefined;
    },
    begin: ({ item, entry }) => {
      if ('more' in item) {
        tally.total += item.more;
        return () => {};
      }
      if ('gone' in item) {
        saidGone.add(item.gone);
        return advance;
      }
      if ('incomplete' in item) {
        isComplete = false;
        tally.incomplete.push({ source: survey.root, reason: item.incomplete });
        return () => {};
      }
      if (!('key' in item)) {
        // A line without a readable `_id` could be any document of its file: none of them counts as removed.
        if (entry.kind === 'lines') doubtful.add(entry.source);
        return () => report(item);
      }
      if ('unchanged' in item) {
        const id = known.bySource.get(item.source)?.id ?? idOf(item.key);
        return claim(id, item) ?? unchanged;
      }
      const id = idOf(item.key);
      const taken = claim(id, item);
      if (taken) return taken;
      const hash = `${prefix}${sha256(item.content)}`;
      const before = known.byId.get(id);
      if (before?.hash === hash && before.source === item.source) {
        const state = storableState(item.state);
        if (state && !sameState(before.state, state)) states.push({ id, state });
        return unchanged;
      }
      return read(item).then((reading) => () => store(item, id, hash, reading));
    },
    async close() {
      await batches.flush();
      const isDoubtful = (source: string): boolean => containers(source).some((place) => doubtful.has(place));
      const missing = [...known.byId.values()].filter(({ id, source }) => !tally.seen.has(id) && !isDoubtful(source));
      if (isComplete && !allowEmpty && missing.length >= suspicious && missing.length === known.byId.size) {
        isComplete = false;
        tally.incomplete.push({ source: survey.root, reason: allGone(missing.length) });
      }
      const gone = isComplete
        ? missing
        : [...known.byId.values()].filter(({ id, source }) => saidGone.has(source) && !tally.seen.has(id));
      await remove([...gone, ...refused]);
      if (dryRun) return;
      await storeStates(db, states);
      // What a user typed is found again by the place that it means.
      const failures = survey.missing ? failed.map((item) => ({ ...item, source: survey.root })) : failed;
      const failing = new Set(failures.map(({ source }) => source));
      const seen = new Set(tally.seen.values());
      const over = [...known.failed].filter((source) => !failing.has(source) && (isComplete || seen.has(source)));
      await recordFailures(db, collection, failures, over);
    },
  };
};

/** A source promises not to throw; one that does costs its own document alone. */
const read = (found: Found): Promise<Reading> =>
  found.read().catch((error: unknown) => unreadable(`could not be read: ${errorMessage(error)}`));

/** Begins every content hash: the same bytes under other rules are another document. */
const hashPrefix = (visibility: DocumentVisibility, policy: PersonalDataPolicy): string =>
  `${sha256(`${pipelineVersion}\n${visibility}\n${policy}`).slice(0, 16)}:`;

const isStorable = (name: string): boolean => Buffer.byteLength(name) <= longestName && !name.includes('\0');
