import type { Failure } from './api.ts';

/** What an error of Slack means for us: may it pass, and what should somebody do about it. */
interface Meaning {
  readonly fix: string;
  /** It passes by itself. */
  readonly passes?: true;
  /** Slack may have done what we asked in spite of it. */
  readonly doubtful?: true;
}

const reinstall = 'access to this workspace was taken back; install the app there again (or renew SLACK_BOT_TOKEN)';
const wait = 'Slack has trouble of its own; we try again';
const blocked = 'a rule of this workspace forbids it; ask its administrators to let the app post here';

/** Slack's reference lists the errors of each method; these are the ones that a person can do something about. */
const meanings: Readonly<Record<string, Meaning>> = {
  channel_not_found: { fix: 'the channel is gone, or private without the bot in it; invite the bot with /invite' },
  not_in_channel: { fix: 'the bot is not in the channel; invite it with /invite' },
  is_archived: { fix: 'the channel is archived; unarchive it or answer elsewhere' },
  restricted_action: { fix: blocked },
  restricted_action_read_only_channel: { fix: 'only some people may post in this channel; allow the app to' },
  restricted_action_thread_only_channel: { fix: 'this channel takes replies in threads only' },
  restricted_action_thread_locked: { fix: 'the thread is locked; answer elsewhere' },
  ekm_access_denied: { fix: 'the administrators of this workspace have suspended posting' },
  team_access_not_granted: { fix: 'the app was not approved for this workspace; ask its administrators' },
  not_allowed_token_type: { fix: 'SLACK_BOT_TOKEN must be a bot token; it starts with xoxb-' },
  cannot_dm_bot: { fix: 'bots cannot be written to directly' },
  messages_tab_disabled: { fix: 'switch on the messages tab under App Home in the settings of the app' },
  user_not_found: { fix: 'nobody with this id is visible to the app' },
  user_not_visible: { fix: 'this person is not visible to the app' },
  users_not_found: { fix: 'nobody with this id is visible to the app' },
  message_not_found: { fix: 'the message was deleted' },
  thread_not_found: { fix: 'the thread was deleted; answer elsewhere' },
  invalid_thread_ts: { fix: 'the thread was deleted; answer elsewhere' },
  cant_update_message: { fix: 'only what the app posted itself can be changed' },
  edit_window_closed: { fix: 'this workspace allows changes for a limited time only' },
  cant_delete_message: { fix: 'only what the app posted itself can be deleted' },
  msg_too_long: { fix: 'the text must be split' },
  msg_blocks_too_long: { fix: 'the text must be split' },
  no_text: { fix: 'there is nothing to send' },
  file_not_found: { fix: 'the file was deleted, or was never shared with the app' },
  file_deleted: { fix: 'the file was deleted' },
  file_uploads_disabled: { fix: 'this workspace takes no files; ask its administrators' },
  slack_connect_file_upload_sharing_blocked: { fix: 'files may not be shared in connected channels of this workspace' },
  token_revoked: { fix: reinstall },
  token_expired: { fix: reinstall },
  invalid_auth: { fix: reinstall },
  account_inactive: { fix: reinstall },
  not_authed: { fix: 'no token was given; set SLACK_BOT_TOKEN or install the app' },
  unknown_method: { fix: 'this Slack does not know the method; check SLACK_API_URL' },
  accesslimited: { fix: 'Slack limits access for now; we try again', passes: true },
  org_login_required: { fix: 'the workspace is being moved to an organisation; we try again', passes: true },
  team_added_to_org: { fix: 'the workspace is being moved to an organisation; we try again', passes: true },
  message_limit_exceeded: { fix: 'this workspace sends too many messages; we try again', passes: true },
  streaming_state_conflict: { fix: 'the message is still being streamed; we try again', passes: true },
  service_unavailable: { fix: wait, passes: true },
  team_not_found: { fix: wait, passes: true },
  // Slack: some aspect of the operation may have succeeded before these were raised.
  internal_error: { fix: wait, passes: true, doubtful: true },
  fatal_error: { fix: wait, passes: true, doubtful: true },
  request_timeout: { fix: wait, passes: true, doubtful: true },
};

/** Where a call was made, for the words about it. */
export interface CallPlace {
  readonly method: string;
  /** Name of the workspace. */
  readonly workspace: string;
}

const where = ({ method, workspace }: CallPlace): string => (workspace === '' ? method : `${method} in ${workspace}`);

/**
 * Failure for an error that Slack named (`{ok: false, error}`), which then is its `code`, except where Slack may have done it
 * all the same: those are `unknown`, so that the outbox looks before it sends again. Errors that we have no words for are
 * permanent: Slack documents the passing ones.
 */
export const platformFailure = (
  error: string,
  place: CallPlace,
  details: { readonly needed?: string | undefined; readonly messages?: readonly string[] | undefined } = {},
): Failure => {
  const { needed, messages = [] } = details;
  if (error === 'missing_scope') {
    const scope = needed === undefined || needed === '' ? 'a permission' : `the permission ${needed}`;
    return {
      ok: false,
      code: error,
      message: `Slack refused ${where(place)} (missing_scope): the app lacks ${scope}; add it under OAuth & Permissions and install the app again`,
      permanent: true,
    };
  }
  const meaning = Object.hasOwn(meanings, error) ? meanings[error] : undefined;
  const fix = meaning?.fix ?? (messages.length === 0 ? "see Slack's reference" : messages.join('; ').slice(0, 300));
  return {
    ok: false,
    code: meaning?.doubtful === true ? 'unknown' : error,
    message: `Slack refused ${where(place)} (${error}): ${fix}`,
    permanent: meaning?.passes !== true,
  };
};

/** Slack wants us to wait this long, in milliseconds. */
export const rateLimited = (place: CallPlace, retryAfterMs: number): Failure => ({
  ok: false,
  code: 'rate_limited',
  message: `Slack asks us to wait ${Math.ceil(retryAfterMs / 1_000)} s before ${where(place)}`,
  permanent: false,
  retryAfterMs,
});

/** Slack was never reached, so it is certain that nothing was done. */
export const unreachable = (place: CallPlace, why: string): Failure => ({
  ok: false,
  code: 'unreachable',
  message: `Slack could not be reached for ${where(place)} (${why}); check the network and SLACK_API_URL`,
  permanent: false,
});

/** Slack may have done it: the connection broke, or its answer made no sense. */
export const unknownOutcome = (place: CallPlace, why: string): Failure => ({
  ok: false,
  code: 'unknown',
  message: `no clear answer from Slack to ${where(place)} (${why}); we look before we try again`,
  permanent: false,
});

/** We gave up before anything was asked. */
export const aborted = (what: string): Failure => ({
  ok: false,
  code: 'aborted',
  message: `${what} was interrupted before Slack was asked`,
  permanent: false,
});

/** No installation for a workspace. */
export const unknownWorkspace = (keys: readonly string[]): Failure => ({
  ok: false,
  code: 'unknown-workspace',
  message: `the app is not installed in ${keys.join(' or ') || 'any workspace'}; somebody there must install it (/slack/install)`,
  permanent: true,
});

/** The installation was taken back. */
export const revokedWorkspace = (name: string, reason: string): Failure => ({
  ok: false,
  code: 'token_revoked',
  message: `access to ${name} was taken back (${reason}); install the app there again (/slack/install)`,
  permanent: true,
});

const tooLongCodes = new Set(['msg_too_long', 'msg_blocks_too_long']);
const badBlocksCodes = new Set(['invalid_blocks', 'invalid_blocks_format']);
const uneditableCodes = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'streaming_state_conflict',
]);

/** The text must be split. */
export const isTooLong = ({ code }: Failure): boolean => tooLongCodes.has(code);

/** Slack did not like the layout; the words alone will do. */
export const isBadLayout = ({ code }: Failure): boolean => badBlocksCodes.has(code);

/** The message that we wanted to change is gone or cannot be changed any more. */
export const isUneditable = ({ code }: Failure): boolean => uneditableCodes.has(code);
