import type { KeyValues } from '../shared/browser-storage.ts';

/** What every part of the console is given. */
export interface ViewProps {
  /** Who is signed in. */
  readonly agent: string;
  readonly storage: KeyValues;
  /** The sign-in is not valid any more. */
  readonly onLapsed: () => void;
  /** Goes to another address of the console. */
  readonly onView: (path: string) => void;
  readonly onSignOut: () => void;
}
