import type { Decoded } from '#core/channel.ts';
import type { Address, Author, Identity } from '#core/message.ts';
import { type Activity, wordOf } from './activity.ts';
import { isDeskChannel, type TeamsConfig } from './config.ts';
import { nameIn, usIn } from './mentions.ts';
import { type Place, placeOf, referenceOf, stateOf, type TeamsReference, tenantOf } from './reference.ts';

/** What translation depends on besides the activity. */
export interface TeamsFacts {
  /** Settings as far as they are known; without any, everybody in Teams may be a customer. */
  readonly config?: Partial<TeamsConfig>;
  /** Stands in where the activity says no time. */
  readonly receivedAt: Date;
}

/** What is to be done beside storing the events; best effort. */
export type Effect =
  /** Somebody has the app in a chat of their own now: it says hello there. */
  | { readonly kind: 'welcome'; readonly reference: TeamsReference }
  /** We are in a place: its connector is known. */
  | { readonly kind: 'installed'; readonly reference: TeamsReference }
  /** We are in a place no more; `space` is that place, and our access to the rest of the tenant may remain. */
  | { readonly kind: 'uninstalled'; readonly space: string; readonly tenantId?: string; readonly reason: string }
  /** What we know of who reads along, or what a place is called, is no longer so. */
  | { readonly kind: 'forget-place'; readonly space: string };

/** An upload that somebody allowed or refused (`fileConsent/invoke`). */
export interface FileConsent {
  readonly accepted: boolean;
  /** What our own card carried. */
  readonly context: unknown;
  /** The consent card's message. */
  readonly cardId?: string;
  /** Present when accepted: where the bytes go, with PUT, and how the file is shown afterwards. */
  readonly upload?: {
    readonly uploadUrl: string;
    readonly contentUrl: string;
    readonly name: string;
    readonly uniqueId: string;
    readonly fileType: string;
  };
}

/** What kind of answer the platform waits for, in the response to this very request. */
export type Invoke =
  /**
   * A card (`adaptiveCard/action`). `isDesk`: one of the desk's, which is answered in its new state; `place` names its thread.
   * `actionId`: the event's `externalId`, missing when the card is only looked at (`refresh`).
   */
  | {
      readonly kind: 'card';
      readonly isDesk: boolean;
      readonly place: Pick<Address, 'space' | 'thread'>;
      readonly actionId?: string;
    }
  /** A vote, in the platform's feedback buttons: nothing but a 200. */
  | { readonly kind: 'feedback' }
  | { readonly kind: 'fileConsent'; readonly consent: FileConsent }
  /** Something that we don't offer. */
  | { readonly kind: 'other'; readonly name: string };

/** An activity in the core's terms, and what the adapter itself needs to know of it. */
export interface TeamsDecoded extends Decoded {
  readonly effects: readonly Effect[];
  readonly invoke?: Invoke;
  /** A button of a card that another release drew (`v` is not ours): it does nothing, and whoever pressed it is told. */
  readonly staleCard?: true;
  /** Why what was pressed had no effect, in words for whoever pressed it. */
  readonly refusal?: string;
  readonly reference?: TeamsReference;
  readonly tenantId?: string;
}

/** An activity's surroundings, as every part of the translation asks for them. */
export interface Context {
  readonly config: Partial<TeamsConfig>;
  readonly receivedAt: Date;
  readonly us: ReadonlySet<string>;
  readonly place: Place;
  readonly tenantId?: string;
  readonly reference?: TeamsReference;
}

/** Nothing that concerns a conversation, and why. */
export const nothing = (unsupported: string, more: Partial<TeamsDecoded> = {}): TeamsDecoded => ({
  events: [],
  effects: [],
  unsupported,
  ...more,
});

export const unknown = (what: string): TeamsDecoded => nothing(`not a Teams payload that we know: ${what}`);

/** Where an activity came from. `undefined`: it names no conversation. */
export const contextOf = (activity: Activity, { config = {}, receivedAt }: TeamsFacts): Context | undefined => {
  const place = placeOf(activity);
  if (place === undefined) return undefined;
  const tenantId = tenantOf(activity);
  const reference = referenceOf(activity);
  return {
    ...{ config, receivedAt, place },
    us: usIn(activity, config.appId),
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(reference === undefined ? {} : { reference }),
  };
};

export const isDesk = ({ config, place }: Context): boolean => isDeskChannel(config, place.space);

/** Only the desk is in Teams, and this happened elsewhere. */
export const isElsewhere = (context: Context): boolean => context.config.customers === false && !isDesk(context);
export const elsewhere = (more: Partial<TeamsDecoded> = {}): TeamsDecoded =>
  nothing('not for us: customers do not write in Teams here, only the channel of the desk is read', more);

/** Why an activity is not a person's doing, or `undefined`. */
export const notPersonal = ({ us }: Context, { from }: Activity): string | undefined => {
  if (from === undefined) return 'nobody did it: it names no sender';
  if (us.has(from.id)) return 'something of our own';
  if (from.role?.toLowerCase() === 'bot' || from.id.startsWith('28:'))
    return `something of a bot (${wordOf(from.name)})`;
  return undefined;
};

/** The platform's id of a person, the same in every place of a tenant. */
export const personId = ({ tenantId }: { readonly tenantId?: string | undefined }, person: string): string =>
  `${tenantId ?? 'no-tenant'}:${person}`;

/**
 * Our own people: whoever is at the desk, and whom the settings name when they write unasked where customers do. Whoever speaks to
 * the bot asks.
 */
export const roleOf = (context: Context, { from }: Activity, isAsking: boolean): 'human' | 'customer' => {
  if (isDesk(context)) return 'human';
  const person = from?.aadObjectId?.toLowerCase();
  const isStaff = context.config.staff?.some((member) => member.toLowerCase() === person) === true;
  return isStaff && !isAsking && context.place.type !== 'personal' ? 'human' : 'customer';
};

/** Who and where, in the form that every event has. */
export const standing = (
  context: Context,
  activity: Activity,
  isAsking: boolean,
): { readonly author: Author; readonly identity: Identity; readonly address: Address } => {
  const { from } = activity;
  const { config, place, reference } = context;
  // In a shared channel the place is its host's, and people are of their own companies.
  const tenantId = from?.tenantId ?? context.tenantId;
  const name = nameIn(from?.name ?? '');
  const organization = config.channels?.[place.space]?.organization ?? tenantId;
  return {
    author: {
      role: roleOf(context, activity, isAsking),
      externalId: personId({ tenantId }, from?.aadObjectId ?? from?.id ?? 'unknown'),
      ...(name === '' ? {} : { name }),
    },
    identity: {
      level: 'verified',
      evidence: `teams tenant ${tenantId ?? 'unknown'}`,
      ...(organization === undefined ? {} : { organization }),
    },
    address: {
      channel: 'teams',
      space: place.space,
      thread: place.thread,
      ...(reference === undefined ? {} : { state: stateOf(reference) }),
    },
  };
};

/** When something happened; the platform's word, where it is a time. */
export const dateOf = ({ receivedAt }: Context, { timestamp }: Activity): Date => {
  const at = new Date(timestamp ?? Number.NaN);
  const year = at.getUTCFullYear();
  return year >= 2000 && year < 2200 ? at : receivedAt;
};

/**
 * One thing that happened has one key, however often it is delivered: an edit reuses the id of its message, so that its time
 * belongs to the key.
 */
export const keyOf = ({ place }: Context, { id }: Activity, suffix: string): string =>
  `teams:${place.space}:${id ?? ''}:${suffix}`;
