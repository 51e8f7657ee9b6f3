import { isDeepStrictEqual } from 'node:util';
import { type Kysely, sql } from 'kysely';
import type { ItemState } from '../document.ts';

/** The new state of a document that is as it was: a file that was touched, a page with a new validator. */
export interface NewState {
  readonly id: string;
  readonly state: ItemState;
}

export const sameState = (one: ItemState | null | undefined, other: ItemState | undefined): boolean =>
  isDeepStrictEqual(one ?? undefined, other);

/** `state`, unless it holds what Postgres cannot keep: then the item is read again the next time, and nothing is lost. */
export const storableState = (state: ItemState | undefined): ItemState | undefined => {
  const text = JSON.stringify(state ?? null);
  return /\\u(?:0000|d[89a-f])/i.test(text) ? undefined : state;
};

const batchSize = 1_000;

export const storeStates = async <T>(db: Kysely<T>, states: readonly NewState[]): Promise<void> => {
  for (let at = 0; at < states.length; at += batchSize)
    await sql`
      update documents d set state = r.state
      from jsonb_to_recordset(${JSON.stringify(states.slice(at, at + batchSize))}::jsonb) as r (id text, state jsonb)
      where d.id = r.id`.execute(db);
};
