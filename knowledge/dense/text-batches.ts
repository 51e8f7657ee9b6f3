import { type Kysely, sql } from 'kysely';
import { embeddedText } from '../chunks/embedded-text.ts';
import type { Space } from './embedding-space.ts';

/** A text that has no vector yet. */
export interface MissingText {
  readonly textHash: string;
  readonly text: string;
  readonly tokens: number;
}

/** Texts and tokens per request: small enough for every common endpoint's limits. */
export const batchLimits = { texts: 64, tokens: 16_000 };
/** Texts read from the database at once. */
const pageSize = 512;

/** Neighbouring texts together, as few batches as the limits allow; a text that is too large goes alone. */
export const cutBatches = (texts: readonly MissingText[], limits = batchLimits): MissingText[][] => {
  const batches: MissingText[][] = [];
  let tokens = 0;
  for (const text of texts) {
    const open = batches.at(-1);
    if (open && open.length < limits.texts && tokens + text.tokens <= limits.tokens) {
      open.push(text);
      tokens += text.tokens;
    } else {
      batches.push([text]);
      tokens = text.tokens;
    }
  }
  return batches;
};

/** Every text without a vector in the space, once, in batches. The space may appear while this runs. */
export const missingBatches = async function* <T>(
  db: Kysely<T>,
  space: () => Space | undefined,
): AsyncGenerator<MissingText[], undefined> {
  let last = '';
  for (;;) {
    const { rows } = await sql<{ textHash: string; title: string; headings: string[]; body: string; tokens: number }>`
      select distinct on (c.text_hash) c.text_hash as "textHash", d.title, c.headings, c.body, c.tokens
      from chunks c join documents d on d.id = c.document_id
      where c.text_hash > ${last}
        and not exists (select from embeddings e where e.space_id = ${space()?.id ?? 0} and e.text_hash = c.text_hash)
      order by c.text_hash limit ${pageSize}`.execute(db);
    if (rows.length === 0) return undefined;
    last = rows.at(-1)?.textHash ?? last;
    yield* cutBatches(
      rows.map(({ textHash, title, headings, body, tokens }) => ({
        textHash,
        text: embeddedText(title, headings, body),
        tokens,
      })),
    );
  }
};

/** How many texts have no vector in the space. */
export const countMissing = async <T>(db: Kysely<T>, space: Space | undefined): Promise<number> => {
  const { rows } = await sql<{ count: number }>`
    select count(distinct c.text_hash)::int as count from chunks c
    where not exists (select from embeddings e where e.space_id = ${space?.id ?? 0} and e.text_hash = c.text_hash)`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
};
