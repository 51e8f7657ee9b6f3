import type { Unreadable } from '../document.ts';
import type { PersonalDataCounts } from '../personal-data/policy.ts';

/** Documents handled so far, how many there seem to be, and how many of them were as they were. */
export interface IngestProgress {
  readonly done: number;
  readonly total: number;
  readonly unreadable: number;
  readonly unchanged: number;
}

/** A document in which personal data was found now. */
export interface PersonalDataReport {
  readonly source: string;
  readonly found: PersonalDataCounts;
  /** What the collection's policy did about it; keys are masked under every policy. */
  readonly done: 'kept' | 'flagged' | 'masked' | 'refused';
}

/** A document that a dry run would add, change or remove. */
export interface PlannedChange {
  readonly source: string;
  readonly title: string;
}

export interface IngestReport {
  /** Documents. */
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly removed: number;
  /** Items that could not be read, or are refused. What an earlier run stored of the former stays. */
  readonly unreadable: readonly Unreadable[];
  /** Why not everything was looked at; nothing of these sources counts as removed. */
  readonly incomplete: readonly { readonly source: string; readonly reason: string }[];
  readonly personalData: readonly PersonalDataReport[];
  /** Chunks written. */
  readonly chunks: number;
  readonly ms: number;
  /** Of a dry run: what would have happened. */
  readonly plan?: {
    readonly added: readonly PlannedChange[];
    readonly changed: readonly PlannedChange[];
    readonly removed: readonly PlannedChange[];
  };
}
