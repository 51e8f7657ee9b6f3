import type { AnswerLog, UnansweredQuestion } from '#core/answer-log.ts';
import { type Cluster, cluster } from './cluster.ts';

/** The article that comes nearest to what was asked: close, but it does not answer. */
export interface NearestArticle {
  readonly documentId: string;
  readonly title: string;
  readonly url?: string;
  /** That it answers, 0…1. */
  readonly confidence: number;
}

/** Questions about one thing that nothing answers. */
export interface Gap {
  /** Its most telling words, as people wrote them. */
  readonly label: string;
  readonly count: number;
  readonly customers: number;
  readonly organizations: number;
  readonly kinds: Readonly<Record<UnansweredQuestion['kind'], number>>;
  /** ISO 8601. */
  readonly lastAt: string;
  /** Up to three, the most typical first; personal data masked. */
  readonly examples: readonly { readonly text: string; readonly conversationId: string; readonly at: string }[];
  /** Missing where nothing comes near. */
  readonly nearest?: NearestArticle;
}

export interface GapReport {
  readonly days: number;
  /** Unanswered questions looked at; the oldest are left out when there are more than `maxQuestions`. */
  readonly questions: number;
  /** The most asked first. */
  readonly gaps: readonly Gap[];
  /** Gaps beyond the limit. */
  readonly more: number;
}

export interface GapDeps {
  readonly log: Pick<AnswerLog, 'unanswered'>;
  /** The stems that a question is about. */
  readonly stemsOf: (question: string, locale: string) => readonly string[];
  /** How telling stems are in the corpus; one that it lacks may be missing. */
  readonly weigh: (stems: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  /** Takes personal data out of a text; what stands in its place is in square brackets. */
  readonly mask: (text: string) => string;
  readonly nearest: (question: UnansweredQuestion) => Promise<NearestArticle | undefined>;
  readonly now: () => Date;
}

/** So many questions are looked at, the newest. */
export const maxQuestions = 10_000;
const exampleCount = 3;
const exampleChars = 200;
const labelWords = 4;

/** A question without what is personal in it. */
interface Masked extends UnansweredQuestion {
  readonly words: string;
  readonly stems: readonly string[];
}

/** What customers ask and nothing answers, by what it is about. Changes nothing; the same questions give the same report. */
export const createGaps =
  ({ log, stemsOf, weigh, mask, nearest, now }: GapDeps) =>
  async ({ days, limit }: { readonly days: number; readonly limit: number }): Promise<GapReport> => {
    const since = new Date(now().getTime() - days * 86_400_000);
    const asked = distinct(await log.unanswered({ since, limit: maxQuestions }));
    const questions = asked.map((question): Masked => {
      const text = mask(question.text);
      // What was masked says nothing, and a long number is somebody's order.
      const words = text.replace(/\[[^\]\n]*\]/g, ' ');
      return {
        ...question,
        text,
        words,
        stems: stemsOf(words, question.locale).filter((stem) => !/^\d{3,}$/.test(stem)),
      };
    });
    const weights = await weigh([...new Set(questions.flatMap(({ stems }) => stems))]);
    const unknown = Math.max(1, ...weights.values());
    const weightOf = (stem: string): number => weights.get(stem) ?? unknown;
    const found = cluster(
      questions.map(({ stems }) => stems),
      weightOf,
    )
      .map((each) => countIn(each, questions))
      .sort(
        (one, other) =>
          other.count - one.count ||
          other.customers - one.customers ||
          (one.lastAt === other.lastAt ? 0 : one.lastAt < other.lastAt ? 1 : -1) ||
          (one.key < other.key ? -1 : 1),
      );
    const gaps: Gap[] = [];
    for (const { key: _key, stems, all, ...counts } of found.slice(0, limit)) {
      const article = await nearest(all[0]);
      gaps.push({
        label: labelOf(stems, all, stemsOf),
        ...counts,
        kinds: kindsOf(all),
        examples: examplesOf(all),
        ...(article === undefined ? {} : { nearest: article }),
      });
    }
    return { days, questions: questions.length, gaps, more: Math.max(0, found.length - limit) };
  };

/** The worst that became of a question says most. */
const kinds = ['handed-over', 'voted-down', 'not-found'] as const satisfies readonly UnansweredQuestion['kind'][];

/** Each question once per conversation, in an order that is always the same: the newest first. */
const distinct = (questions: readonly UnansweredQuestion[]): readonly UnansweredQuestion[] => {
  const byText = new Map<string, UnansweredQuestion>();
  for (const question of questions) {
    const key = `${question.conversationId} ${question.text.toLowerCase().replace(/\s+/g, ' ')}`;
    const known = byText.get(key);
    if (known === undefined || kinds.indexOf(question.kind) < kinds.indexOf(known.kind)) byText.set(key, question);
  }
  return [...byText.entries()]
    .sort(([one, a], [other, b]) => b.at.getTime() - a.at.getTime() || (one < other ? -1 : 1))
    .map(([, question]) => question);
};

type Members = readonly [Masked, ...Masked[]];

/** A cluster as lists sort it. */
const countIn = ({ members, stems }: Cluster, questions: readonly Masked[]) => {
  const all = members.map((place) => questions[place]) as unknown as Members;
  return {
    all,
    stems,
    key: stems.map(([stem]) => stem).join(' '),
    count: all.length,
    customers: new Set(all.map(({ customer }) => customer)).size,
    organizations: new Set(all.flatMap(({ audience }) => audience.organizations)).size,
    lastAt: new Date(all.reduce((last, { at }) => Math.max(last, at.getTime()), 0)).toISOString(),
  };
};

const kindsOf = (all: Members): Gap['kinds'] => {
  const count = (kind: UnansweredQuestion['kind']): number => all.filter((question) => question.kind === kind).length;
  return { 'not-found': count('not-found'), 'handed-over': count('handed-over'), 'voted-down': count('voted-down') };
};

/** The most typical, each in other words. */
const examplesOf = (all: Members): Gap['examples'] => {
  const examples = new Map<string, Gap['examples'][number]>();
  for (const { text, conversationId, at } of all) {
    const line = text.replace(/\s+/g, ' ').trim();
    const key = line.toLowerCase();
    if (examples.size >= exampleCount) break;
    if (!examples.has(key)) examples.set(key, { text: cut(line), conversationId, at: at.toISOString() });
  }
  return [...examples.values()];
};

const cut = (text: string): string =>
  text.length > exampleChars ? `${text.slice(0, exampleChars - 1).toWellFormed()}…` : text;

/** The stems that carry a cluster, each as it is written most often. */
const labelOf = (stems: Cluster['stems'], all: readonly Masked[], stemsOf: GapDeps['stemsOf']): string => {
  // Every question has them if there are many: a sample tells how they are written.
  const written = new Map<string, Map<string, number>>();
  for (const { words, locale } of all.slice(0, 50)) {
    for (const word of words.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’-]*/gu) ?? []) {
      const [stem] = stemsOf(word, locale);
      if (stem === undefined) continue;
      const forms = written.get(stem) ?? new Map<string, number>();
      written.set(stem, forms.set(word, (forms.get(word) ?? 0) + 1));
    }
  }
  return stems
    .flatMap(([stem]) => {
      const forms = [...(written.get(stem) ?? [])].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
      return forms[0]?.[0] ?? [];
    })
    .slice(0, labelWords)
    .join(', ');
};
