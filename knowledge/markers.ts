import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Audience } from '#core/turn.ts';
import type { DocumentVisibility } from './visibility.ts';

/** The collection of the planted documents; none of them is ever answered from. */
export const markerCollection = 'frontdesk-markers';

/** A planted word, and who alone may find it. */
export interface Marker {
  readonly visibility: DocumentVisibility;
  readonly marker: string;
}

/** Something that was found by whoever must not: an alarm, and a bug of ours or a hand in the database. */
export interface Leak {
  /** Whose it is. */
  readonly visibility: string;
  /** Who found it, as roles: no names, no text. */
  readonly by: string;
}

export interface MarkerDeps<T> {
  readonly db: Kysely<T>;
  /** Stores a planted document like any other. */
  readonly plant: (planted: Marker) => Promise<void>;
  /** Is the document that is planted for `word` found for this audience, by any leg there is? */
  readonly find: (word: string, audience: Audience) => Promise<boolean>;
}

export interface MarkerReport {
  readonly checked: number;
  readonly leaks: readonly Leak[];
  /** Markers that their own readers do not find: nothing is proved about these. */
  readonly lost: readonly string[];
}

/** Letters alone, so that the word stays one word for every analyzer, and no word of any language. */
const newMarker = (): string =>
  `zq${[...randomBytes(20)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('')}`;

/** Markers that are tried in one run; where there are more, chance picks. */
const perRun = 20;

/**
 * Plants a word for each visibility that has documents, and proves that those who may find it do, and nobody else does: through the
 * same search that answers customers. Throws what the database throws.
 */
export const checkMarkers = async <T>({ db, plant, find }: MarkerDeps<T>): Promise<MarkerReport> => {
  for (const marker of await plantMissing(db)) await plant(marker);
  const { rows: markers } = await sql<Marker>`
    select m.visibility, m.marker from knowledge_markers m
    where ${isPlanted} order by random() limit ${perRun}`.execute(db);
  const leaks: Leak[] = [];
  const lost: string[] = [];
  const organizations = markers.flatMap(({ visibility }) => organizationOf(visibility) ?? []);
  for (const { visibility, marker } of markers) {
    const own = organizationOf(visibility);
    const stranger = organizations[(organizations.indexOf(own ?? '') + 1) % organizations.length];
    // Where there is no other, an organisation that nobody belongs to has to do.
    const other = stranger === undefined || stranger === own ? `not-${own ?? 'anybody'}` : stranger;
    for (const { by, audience, may } of audiencesFor(visibility, own, other)) {
      const found = await find(marker, audience);
      if (found && !may) leaks.push({ visibility, by });
      if (!found && may) lost.push(visibility);
    }
  }
  return { checked: markers.length, leaks, lost };
};

/** The marker `m` has its document. Another process may have drawn a marker that it is about to plant. */
const isPlanted = sql<boolean>`exists (select from documents d where d.id = ${markerCollection} || ':' || m.visibility)`;

const plantMissing = async <T>(db: Kysely<T>): Promise<readonly Marker[]> => {
  const { rows: bare } = await sql<{ visibility: DocumentVisibility }>`
    select distinct c.visibility from chunks c
    where c.visibility <> 'public' and not exists (select from knowledge_markers m where m.visibility = c.visibility)`.execute(
    db,
  );
  const wanted = bare.map(({ visibility }) => ({ visibility, marker: newMarker() }));
  await sql`
    insert into knowledge_markers (visibility, marker)
    select visibility, marker from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w (visibility text, marker text)
    on conflict do nothing`.execute(db);
  // Whatever has a marker must have its document: a run may have stopped between the two, or somebody removed it.
  const { rows } = await sql<Marker>`
    select m.visibility, m.marker from knowledge_markers m
    where not ${isPlanted}`.execute(db);
  return rows;
};

interface Trial {
  readonly by: string;
  readonly audience: Audience;
  readonly may: boolean;
}

const verified = (...organizations: readonly string[]): Audience => ({
  organizations,
  shared: organizations.length > 1,
  identity: 'verified',
});

const organizationOf = (visibility: DocumentVisibility): string | undefined =>
  visibility.startsWith('org:') ? visibility.slice('org:'.length) : undefined;

/** Everybody whom a visibility concerns: its own readers, and all kinds of those who are not. */
const audiencesFor = (visibility: DocumentVisibility, own: string | undefined, other: string): readonly Trial[] => [
  { by: 'the public', audience: { organizations: [], shared: false, identity: 'anonymous' }, may: false },
  { by: 'the team', audience: { ...verified(), internal: true }, may: visibility === 'internal' },
  { by: 'another organisation', audience: verified(other), may: false },
  ...(own === undefined
    ? []
    : [
        { by: 'the organisation', audience: verified(own), may: true },
        { by: 'who only claims to be of it', audience: { ...verified(own), identity: 'claimed' as const }, may: false },
        { by: 'a channel with others', audience: verified(own, other), may: false },
      ]),
];
