/** What the fake Slack keeps, named as in Slack's own reference where Slack has a name for it. */

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  /** The Enterprise Grid organisation that the workspace belongs to. */
  readonly enterprise?: { readonly id: string; readonly name: string };
}

export interface User {
  readonly id: string;
  readonly team: string;
  /** The short name: `ann`. */
  readonly name: string;
  /** What people call them: `Ann Lee`. */
  readonly real_name: string;
  /** Left out for people whose workspace does not share addresses. */
  readonly email?: string;
  readonly is_bot: boolean;
  /** The bot behind a bot user. */
  readonly bot_id?: string;
}

export interface Channel {
  readonly id: string;
  name: string;
  /** The workspace that owns it (`conversation_host_id`). */
  readonly team: string;
  readonly is_im: boolean;
  readonly is_private: boolean;
  is_ext_shared: boolean;
  /** The other workspaces in it. */
  connected_team_ids: string[];
  members: string[];
  archived: boolean;
}

/** An access token. `state` other than `live` is the error that every call with it gets. */
export interface Token {
  readonly token: string;
  readonly kind: 'bot' | 'app';
  /** Missing for an app token and for an organisation-wide installation. */
  readonly team?: string;
  readonly enterprise?: string;
  readonly user: string;
  readonly bot: string;
  scopes: string[];
  state: 'live' | 'token_revoked' | 'account_inactive' | 'invalid_auth';
}

/** Everybody and everything in the fake; arrays may be added to while it runs. */
export interface Workspaces {
  readonly teams: Team[];
  readonly users: User[];
  readonly channels: Channel[];
  readonly tokens: Token[];
}

export type Block = { readonly type: string; readonly block_id?: string; readonly [key: string]: unknown };

export interface Metadata {
  readonly event_type: string;
  readonly event_payload: Readonly<Record<string, unknown>>;
}

/** `in_progress` until it is stopped; `errored` when Slack gave the stream up. */
export type StreamingState = 'in_progress' | 'completed' | 'errored';

export interface Message {
  readonly channel: string;
  readonly ts: string;
  readonly thread_ts?: string;
  readonly user: string;
  /** The author's workspace. */
  readonly team: string;
  readonly bot_id?: string;
  readonly username?: string;
  readonly client_msg_id?: string;
  /** `file_share`, `channel_join`, …; ordinary messages have none. */
  readonly subtype?: string;
  text: string;
  blocks: readonly Block[];
  files: readonly StoredFile[];
  metadata?: Metadata;
  attachments: readonly unknown[];
  reactions: { readonly name: string; readonly users: string[] }[];
  edited?: { readonly user: string; readonly ts: string };
  /** How often it was changed after it was posted; chunks of a stream do not count. */
  edits: number;
  deleted: boolean;
  streaming?: StreamingState;
  /** When it became visible, milliseconds since the epoch, for measurements. */
  readonly at: number;
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  title: string;
  readonly mimetype: string;
  readonly user: string;
  readonly team: string;
  readonly created: number;
  bytes: Buffer;
  /** Its bytes have arrived and the upload was completed. */
  ready: boolean;
  readonly shares: { readonly channel: string; readonly ts: string; readonly thread_ts?: string }[];
}

/** One call of the Web API as it came in. */
export interface RecordedCall {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly at: number;
  readonly team?: string;
  /** What was answered: Slack's body, or nothing when the connection was dropped. */
  answer?: Readonly<Record<string, unknown>>;
}

/** What `assistant.threads.setStatus` said; an empty status clears it, and so does a message of the app in the thread. */
export interface RecordedStatus {
  readonly channel: string;
  readonly thread_ts: string;
  readonly status: string;
  readonly loading_messages?: readonly unknown[];
  readonly at: number;
}

export interface RecordedPrompts {
  readonly channel: string;
  readonly thread_ts?: string;
  readonly title?: string;
  readonly prompts: readonly { readonly title: string; readonly message: string }[];
}

/** A message that one person alone sees. */
export interface Ephemeral {
  readonly channel: string;
  readonly user: string;
  readonly thread_ts?: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly at: number;
}

/** A form (`modal`) or the app's home page (`home`). */
export interface OpenView {
  readonly id: string;
  readonly kind: 'modal' | 'home';
  readonly team: string;
  readonly user: string;
  readonly trigger_id?: string;
  /** As the app sent it, the newest version, with block ids. */
  view: Readonly<Record<string, unknown>> & { readonly blocks: readonly Block[] };
  open: boolean;
}
