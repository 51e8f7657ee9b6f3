/** How the files of this adapter talk about Slack's Web API and the workspaces that let us in. */
import type { SendResult } from '#core/message.ts';

/** A workspace (or a whole Enterprise Grid organisation) that we hold a token for. */
export interface Workspace {
  /** Team id, or the enterprise id of an organisation-wide installation. */
  readonly key: string;
  readonly token: string;
  readonly name: string;
  /** Our own user there: what a mention of us names. */
  readonly botUserId?: string;
}

/** Why something could not be done, in the words of a send: `code` is Slack's error or one of ours. */
export type Failure = Extract<SendResult, { ok: false }>;

export type CallResult<T> = { readonly ok: true; readonly data: T } | Failure;

/** One call of the Web API; expected failures are values. `args` are named as in Slack's reference. */
export interface SlackApi {
  call<T = Record<string, unknown>>(
    workspace: Workspace,
    method: string,
    args: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<CallResult<T>>;
}

/** Which workspaces let us in; tokens stay behind this. */
export interface Workspaces {
  /** The installation for a team, or for its Grid organisation. `unknown-workspace` and revoked tokens are failures. */
  find(
    team: string | undefined,
    enterprise?: string,
  ): Promise<{ readonly ok: true; readonly workspace: Workspace } | Failure>;
  /** The workspace where a channel can be reached when nothing else says so (the desk's channel). */
  ofChannel(
    channel: string,
    signal?: AbortSignal,
  ): Promise<{ readonly ok: true; readonly workspace: Workspace } | Failure>;
  all(): Promise<readonly Workspace[]>;
  /** Access was taken back: nothing is sent there any more until somebody installs the app again. */
  revoke(key: string, reason: string): Promise<void>;
}

/** What an address of a Slack conversation carries beside channel and thread: enough to reply there. */
export interface SlackState {
  /** The workspace through which we hear of it, and its Grid organisation. */
  readonly team: string;
  readonly enterprise?: string;
  /** Who wrote last: streams in channels name whom they are for. */
  readonly user: string;
  readonly userTeam: string;
}

/** Side effects that a delivery asks for beside its events; best effort, done after verification. */
export type Effect =
  /** A desk button that asks for words: open the form, with a suggestion to start from. */
  | {
      readonly kind: 'open-form';
      readonly form: 'reply' | 'note';
      readonly team: string;
      readonly enterprise?: string;
      readonly triggerId: string;
      readonly channel: string;
      readonly thread: string;
      readonly suggestion?: string;
    }
  | { readonly kind: 'show-home'; readonly team: string; readonly enterprise?: string; readonly user: string }
  /** An assistant thread was opened: offer questions to start with. */
  | {
      readonly kind: 'suggest-prompts';
      readonly team: string;
      readonly enterprise?: string;
      readonly channel: string;
      readonly thread: string;
    }
  | { readonly kind: 'uninstalled'; readonly key: string; readonly reason: string }
  /** Something about a channel changed (its name, who is in it): what we remember of it is stale. */
  | { readonly kind: 'forget-channel'; readonly channel: string };

/** The platform's id of a message, as events and receipts name it. */
export const messageId = (channel: string, ts: string): string => `${channel}:${ts}`;

/** The channel and timestamp in a message id. */
export const placeOf = (id: string): { readonly channel: string; readonly ts: string } => {
  const at = id.indexOf(':');
  return { channel: id.slice(0, at), ts: id.slice(at + 1) };
};
