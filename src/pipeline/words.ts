/** What Frontdesk itself says to customers, by language. Short, warm, concrete; people by their names. */
import { de } from './words/de.ts';
import { en } from './words/en.ts';
import { es } from './words/es.ts';
import { fr } from './words/fr.ts';
import { it } from './words/it.ts';
import { nl } from './words/nl.ts';
import { pt } from './words/pt.ts';

/** When a customer may expect a person: minutes that they usually take, or when they are back; `away` when nobody knows. */
export type Reach =
  | { readonly kind: 'open'; readonly usualMinutes?: number }
  | { readonly kind: 'closed'; readonly opensAt: Date; readonly timeZone: string; readonly asked: Date }
  | { readonly kind: 'away' };

/** How a customer's case stands. */
export type Standing =
  | { readonly kind: 'none' }
  | { readonly kind: 'waiting'; readonly code: string; readonly reach: Reach }
  | { readonly kind: 'human'; readonly code?: string; readonly name: string };

export interface Words {
  /** A person will take over; `code` is what the customer may quote. */
  readonly holding: (code: string, reach: Reach) => string;
  /** Nobody has taken it for longer than it should be. */
  readonly stillWaiting: (code: string, reach: Reach) => string;
  /** Asked how it stands. */
  readonly standing: (standing: Standing) => string;
  readonly added: string;
  readonly joined: (name: string) => string;
  /** Somebody else has it from now on. */
  readonly tookOver: (name: string, before: string) => string;
  /** Says that it is closed, and asks whether it is solved. */
  readonly resolved: (name: string) => string;
  /** The customer says that it is not solved. */
  readonly unsolved: string;
  readonly returned: (name: string) => string;
  readonly greeting: string;
  /** Asked what we are for. */
  readonly aboutUs: string;
  readonly onlyFiles: string;
  /** On the button that brings a person. */
  readonly bringPerson: string;
}

const byLanguage: Readonly<Record<string, Words>> = { en, de, fr, es, it, nl, pt };

/** The words for a language tag (`de-AT`); English where we have no others. */
export const wordsFor = (locale: string): Words => byLanguage[locale.slice(0, 2).toLowerCase()] ?? en;
