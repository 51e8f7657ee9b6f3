import type { Passage } from '#core/knowledge.ts';

/** The passages of one turn by number: first what retrieval found, then what tools brought. */
export interface Sources {
  readonly all: () => readonly Passage[];
  /** The number under which the passage may be cited; the same passage keeps its number. */
  readonly add: (passage: Passage) => number;
}

const same = (one: Passage) => (other: Passage) => one.documentId === other.documentId && one.text === other.text;

export const createSources = (retrieved: readonly Passage[]): Sources => {
  const all = [...retrieved];
  return {
    all: () => all,
    add: (passage) => {
      const known = all.findIndex(same(passage));
      return known >= 0 ? known + 1 : all.push(passage);
    },
  };
};
