/** What people do with a drafted article. */
export type ArticleAction = 'publish' | 'dismiss' | 'restore';

export type ArticleStatus = 'draft' | 'published' | 'dismissed';

/** Who finds an article once it is published. */
export type ArticleVisibility = 'public' | 'internal' | `org:${string}`;

/** An article made of a person's answer to a customer, which somebody reviews before it is published. */
export interface ArticleDraft {
  readonly id: string;
  /** `update`: an article about the same question says something else. */
  readonly kind: 'new' | 'update';
  readonly status: ArticleStatus;
  /** In one line; the article's title. */
  readonly question: string;
  /** Markdown. */
  readonly answer: string;
  /** BCP 47 tag. */
  readonly language?: string;
  readonly visibility: ArticleVisibility;
  /** The document that it becomes. */
  readonly documentId: string;
  /** The article that says something else, with its statements and ours side by side. */
  readonly updates?: {
    readonly documentId: string;
    readonly title: string;
    readonly url?: string;
    readonly differences: readonly StatementDifference[];
  };
  /** Words of the answer that may concern this customer alone: order numbers, amounts. */
  readonly flags: readonly string[];
  readonly decidedBy?: string;
}

/** Where two texts about one question say different things, as each says it. */
export interface StatementDifference {
  readonly what: 'duration' | 'price' | 'percentage' | 'number' | 'yes or no' | 'steps';
  readonly article: string;
  readonly answer: string;
}

/** A decision on a draft, as a commit carries it. */
export interface ArticleDecision {
  readonly draft: ArticleDraft;
  readonly status: ArticleStatus;
  /** A name; missing when it is a draft again. */
  readonly decidedBy?: string;
}

/** Brings the knowledge base in line with what was decided, after the commit that says so. Never rejects: what fails is tried again later. */
export type SettleArticles = () => Promise<void>;
