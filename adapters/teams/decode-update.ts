import { type Activity, accountsIn, wordOf } from './activity.ts';
import { type Context, type Effect, nothing, type TeamsDecoded } from './context.ts';
import type { TeamsReference } from './reference.ts';

/** Names of `channelData.eventType`, in words. */
const described: ReadonlyMap<string, string> = new Map([
  ['channelcreated', 'a channel was created'],
  ['channelrenamed', 'a channel has a new name'],
  ['channeldeleted', 'a channel was deleted'],
  ['channelrestored', 'a channel was restored'],
  ['channelshared', 'a channel is shared with another team'],
  ['channelunshared', 'a channel is no longer shared with another team'],
  ['channelmemberadded', 'somebody joined a channel'],
  ['channelmemberremoved', 'somebody left a channel'],
  ['teamrenamed', 'a team has a new name'],
  ['teamdeleted', 'a team was deleted'],
  ['teamharddeleted', 'a team was deleted for good'],
  ['teamarchived', 'a team was archived'],
  ['teamunarchived', 'a team is no longer archived'],
  ['teamrestored', 'a team was restored'],
]);

/** The place that a change is about: the channel that it names, else the conversation. */
const spaceOf = ({ place }: Context, { channelData }: Activity): string => channelData?.channel?.id ?? place.space;

const installed = (reference: TeamsReference | undefined): readonly Effect[] =>
  reference === undefined ? [] : [{ kind: 'installed', reference }];

const uninstalled = ({ place, tenantId }: Context, reason: string): Effect => ({
  ...{ kind: 'uninstalled', space: place.space, reason },
  ...(tenantId === undefined ? {} : { tenantId }),
});

/**
 * `conversationUpdate` activities: who is in a place and what it is called. Nothing of it is said to us.
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events
 */
export const decodeConversationUpdate = (context: Context, activity: Activity): TeamsDecoded => {
  const { reference, us, place } = context;
  const added = accountsIn(activity.membersAdded);
  const removed = accountsIn(activity.membersRemoved);
  const isUs = ({ id }: { readonly id: string }): boolean => us.has(id);
  const forget: Effect = { kind: 'forget-place', space: spaceOf(context, activity) };
  if (removed.some(isUs)) {
    const reason = 'the app was removed from a conversation';
    return nothing(`${reason}; nothing is sent there any more`, { effects: [uninstalled(context, reason), forget] });
  }
  if (added.some(isUs)) {
    const greets = place.type === 'personal' && reference !== undefined;
    return nothing(`the app was added to a conversation${greets ? ', and says hello' : ''}`, {
      effects: [...installed(reference), ...(greets ? [{ kind: 'welcome', reference } as const] : []), forget],
    });
  }
  const who = (count: number) => (count === 1 ? 'somebody' : `${count} people`);
  const eventType = activity.channelData?.eventType ?? '';
  const what =
    added.length > 0
      ? `${who(added.length)} joined`
      : removed.length > 0
        ? `${who(removed.length)} left`
        : (described.get(eventType.toLowerCase()) ?? `a change of a conversation (${wordOf(eventType) || 'its name'})`);
  return nothing(`${what}; what we know of the place is read again`, { effects: [forget] });
};

/** `installationUpdate` activities: the app comes, is renewed or goes. */
export const decodeInstallation = (context: Context, activity: Activity): TeamsDecoded => {
  switch (activity.action?.toLowerCase()) {
    case 'add':
      return nothing('the app was installed', { effects: installed(context.reference) });
    case 'add-upgrade':
      return nothing('the app was updated', { effects: installed(context.reference) });
    case 'remove': {
      const reason = 'the app was uninstalled';
      return nothing(`${reason}; nothing is sent there any more`, { effects: [uninstalled(context, reason)] });
    }
    case 'remove-upgrade':
      return nothing('the app is being updated');
  }
  return nothing(`a change of the installation that is not read: ${wordOf(activity.action)}`);
};
