/** What the fake Teams keeps, named as in Microsoft's own reference where it has a name for it. */

/** Something with fields, before anybody has looked at it. */
export type Thing = Readonly<Record<string, unknown>>;

export const isThing = (value: unknown): value is Thing =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Elements of a list that have fields; anything else has nothing to show. */
export const things = (value: unknown): readonly Thing[] => (Array.isArray(value) ? value.filter(isThing) : []);

export interface Tenant {
  readonly id: string;
  readonly name: string;
  /** Its conversations are reached below `/connector/<region>/` alone. Without one: `/connector/`. */
  readonly region?: string;
}

export interface Person {
  /** What tests call them: `ann`. */
  readonly key: string;
  /** Their id towards this bot: `29:…`. */
  readonly id: string;
  /** Object id of their account in `tenant`. */
  readonly aad: string;
  readonly tenant: string;
  readonly name: string;
  /** Left out for people whose address is not shared. */
  readonly email?: string;
  /** From elsewhere, and a guest in `tenant`. */
  readonly guest?: boolean;
}

export interface Team {
  /** Also the id of its first channel. */
  readonly id: string;
  readonly name: string;
  readonly tenant: string;
  readonly aadGroupId: string;
  /** Keys of people. */
  members: string[];
  /** The bot is in the team. */
  installed: boolean;
  /** The team granted `ChannelMessage.Read.Group`: the bot hears messages that don't mention it. */
  rsc: boolean;
}

/** A conversation: a channel, a group chat, or somebody's chat with the bot. */
export interface Place {
  readonly id: string;
  readonly kind: 'personal' | 'groupChat' | 'channel';
  readonly tenant: string;
  name?: string;
  /** The team of a channel, which also says who is in it and whether the bot is. */
  readonly team?: string;
  /** Keys of people. */
  members: string[];
  installed: boolean;
  rsc: boolean;
  /** What every call about it is refused with. */
  refuses?: 'BotDisabledByAdmin' | 'ConversationBlockedByUser' | 'ConversationNotFound';
}

/** Everybody and everything in the fake; arrays may be added to while it runs. */
export interface World {
  readonly tenants: Tenant[];
  readonly people: Person[];
  readonly teams: Team[];
  readonly places: Place[];
}

export type StreamState = 'open' | 'final' | 'expired' | 'stopped';

/** A message that came in pieces. */
export interface Stream {
  readonly id: string;
  readonly place: string;
  readonly startedAt: number;
  state: StreamState;
  /** Everything the person saw, in order. */
  readonly seen: { readonly type: 'informative' | 'streaming'; readonly text: string; readonly at: number }[];
  /** Pieces that came after a later one, and were dropped. */
  dropped: number;
  sequence: number;
}

export interface Message {
  /** Activity id: milliseconds since the epoch as digits; unique in the whole fake. */
  readonly id: string;
  readonly place: string;
  /** In channels: the id of the first message of its thread, which may be its own. */
  readonly root?: string;
  /** Key of the author; the bot has none. */
  readonly from?: string;
  /** The activity as everybody sees it now. */
  activity: Thing;
  /** What it was before, oldest first. */
  readonly earlier: Thing[];
  deleted: boolean;
  /** Who put which reaction there. */
  readonly reactions: { readonly type: string; readonly user: string }[];
  /** Cards that one person alone sees instead, as an answer to something they pressed; gone with the next change. */
  readonly views: Map<string, Thing>;
  stream?: Stream;
  /** When it became visible, milliseconds since the epoch, for measurements. */
  readonly at: number;
}

/** What calls do; names for scripted faults. */
export type Operation =
  | 'openid'
  | 'keys'
  | 'token'
  | 'create'
  | 'send'
  | 'update'
  | 'delete'
  | 'members'
  | 'pagedMembers'
  | 'member'
  | 'team'
  | 'channels'
  | 'attachment'
  | 'upload'
  | 'download'
  | 'unknown';

/** One call as it came in. */
export interface RecordedCall {
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Thing | undefined;
  readonly at: number;
  /** The conversation without `;messageid=`. */
  readonly place?: string;
  readonly root?: string;
  readonly activityId?: string;
  /** What was answered; nothing when the connection was dropped. */
  status?: number;
  answer?: unknown;
}

export interface Token {
  readonly value: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly tenant: string;
  revoked: boolean;
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly mime: string;
  readonly bytes: Buffer;
  /** Handed out to whoever has the address; otherwise to bearers of a token. */
  readonly open: boolean;
}
