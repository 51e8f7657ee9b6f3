/**
 * What we know of how customers of any company talk, in one language. Entries stand on lines of their own or are separated by
 * semicolons; written as in ordinary text.
 */
export interface Everyday {
  /** Phrases that mean the same, separated by commas. */
  readonly same: string;
  /** `said > meant, meant`: who says the first may mean the others, not the other way round. */
  readonly means: string;
  /** Forms and derivations of one word that its stem does not join, separated by spaces. */
  readonly families: string;
  /**
   * Words of circumstances, separated by white space: people, days, feelings, small talk. Where the corpus has them they count like any
   * other; that it lacks them says nothing about whether it answers.
   */
  readonly circumstances: string;
}
