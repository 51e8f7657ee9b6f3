import { callerOf, directChannel } from './access.ts';
import type { Delivered, Delivery } from './delivery.ts';
import { channelNamed, channelType, envelope, installationFor, installationOf, type Payload } from './events.ts';
import { personNamed } from './interactions.ts';
import { addMessage } from './messages.ts';
import type { State } from './state.ts';
import type { Channel, Token } from './types.ts';

type Told = Promise<readonly Delivered[]>;

/** What happens around the messages: the app's own pages, channels, the installation. */
export interface Happenings {
  /** Opens a new thread with the assistant; the next message belongs into `thread`. */
  openAssistant(by: {
    readonly user: string;
    readonly team?: string;
    readonly from?: string;
  }): Promise<{ readonly channel: string; readonly thread: string; readonly events: readonly Delivered[] }>;
  /** Opens the app's home page. */
  openHome(by: { readonly user: string; readonly team?: string; readonly tab?: 'home' | 'messages' }): Told;
  /** Somebody, or the app itself, comes into a channel. */
  joinChannel(who: { readonly user: string; readonly channel: string }): Told;
  rename(channel: string, name: string): Told;
  /** Nobody can write there any more. */
  archive(channel: string): Told;
  /** A workspace throws the app out: its tokens stop working, `tokens_revoked` and `app_uninstalled` arrive. */
  uninstall(team?: string): Told;
}

/** Things that happen in the workspaces. */
export const createHappenings = (state: State, delivery: Delivery): Happenings => {
  const tell = (token: Token, team: string, event: Payload, channel?: Channel): Told =>
    delivery.deliver(envelope(state, event, { token, team, ...(channel && { channel }) }));

  const installed = (team: string): Token => {
    const token = installationOf(state, team);
    if (token === undefined) throw new Error(`The app is not installed in ${team}.`);
    return token;
  };

  /** Events about a channel that the app is in, one after the other. */
  const tellAll = async (channel: Channel, team: string, events: readonly Payload[]): Told => {
    const token = installationFor(state, channel);
    const told: Delivered[] = [];
    if (token !== undefined) for (const event of events) told.push(...(await tell(token, team, event, channel)));
    return told;
  };

  return {
    openAssistant: async ({ user, team = 'T0HOME', from }) => {
      const token = installed(team);
      const channel = directChannel(state, callerOf(state, token, team), personNamed(state, user));
      const root = addMessage(state, {
        channel: channel.id,
        user: token.user,
        team,
        bot_id: token.bot,
        subtype: 'assistant_app_thread',
        text: 'New Assistant Thread',
      });
      const context = from === undefined ? {} : { channel_id: from, team_id: team, enterprise_id: null };
      const event = {
        type: 'assistant_thread_started',
        assistant_thread: { user_id: user, context, channel_id: channel.id, thread_ts: root.ts },
        event_ts: state.nextTs(),
      };
      return { channel: channel.id, thread: root.ts, events: await tell(token, team, event) };
    },

    openHome: async ({ user, team = 'T0HOME', tab = 'home' }) => {
      const token = installed(team);
      const channel = directChannel(state, callerOf(state, token, team), personNamed(state, user));
      return tell(token, team, { type: 'app_home_opened', user, channel: channel.id, tab, event_ts: state.nextTs() });
    },

    joinChannel: async ({ user, channel: id }) => {
      const channel = channelNamed(state, id);
      const { team } = personNamed(state, user);
      if (!channel.members.includes(user)) channel.members.push(user);
      const text = `<@${user}> has joined the channel`;
      const message = addMessage(state, { channel: id, user, team, subtype: 'channel_join', text });
      const channel_type = channelType(channel);
      const shared = { user, team, channel: id, event_ts: message.ts };
      return tellAll(channel, team, [
        { type: 'member_joined_channel', channel_type: channel_type === 'group' ? 'G' : 'C', ...shared },
        { type: 'message', subtype: 'channel_join', text, ts: message.ts, channel_type, ...shared },
      ]);
    },

    rename: async (id, name) => {
      const channel = channelNamed(state, id);
      channel.name = name;
      const event_ts = state.nextTs();
      const event = {
        type: 'channel_rename',
        channel: { id, name, is_channel: true, created: 1_700_000_000 },
        event_ts,
      };
      return tellAll(channel, channel.team, [event]);
    },

    archive: async (id) => {
      const channel = channelNamed(state, id);
      channel.archived = true;
      const user = channel.members.find((member) => !personNamed(state, member).is_bot);
      return tellAll(channel, channel.team, [{ type: 'channel_archive', channel: id, user, event_ts: state.nextTs() }]);
    },

    uninstall: async (team = 'T0HOME') => {
      const token = installed(team);
      token.state = 'account_inactive';
      const revoked = { type: 'tokens_revoked', tokens: { oauth: [], bot: [token.user] }, event_ts: state.nextTs() };
      return [
        ...(await tell(token, team, revoked)),
        ...(await tell(token, team, { type: 'app_uninstalled', event_ts: state.nextTs() })),
      ];
    },
  };
};
