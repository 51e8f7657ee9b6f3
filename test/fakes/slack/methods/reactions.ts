import { readableChannel } from '../access.ts';
import { needed } from '../args.ts';
import { findMessage } from '../messages.ts';
import { Refusal } from '../refusal.ts';
import type { Message } from '../types.ts';
import { type Call, method } from './method.ts';

/** Puts somebody's reaction on a message; `false` when it was there. */
export const addReaction = (message: Message, name: string, user: string): boolean => {
  const known = message.reactions.find((one) => one.name === name);
  if (known?.users.includes(user)) return false;
  if (known === undefined) message.reactions.push({ name, users: [user] });
  else known.users.push(user);
  return true;
};

/** Takes somebody's reaction off a message; `false` when there was none. */
export const removeReaction = (message: Message, name: string, user: string): boolean => {
  const known = message.reactions.find((one) => one.name === name);
  const at = known?.users.indexOf(user) ?? -1;
  if (known === undefined || at < 0) return false;
  known.users.splice(at, 1);
  if (known.users.length === 0) message.reactions.splice(message.reactions.indexOf(known), 1);
  return true;
};

const target = ({ state, caller, args }: Call) => {
  const channel = readableChannel(state, caller, needed(args, 'channel', 'channel_not_found'));
  const name = needed(args, 'name', 'invalid_name');
  if (!/^[a-z0-9_+'-]+(::skin-tone-\d)?$/.test(name)) throw new Refusal('invalid_name');
  const message = findMessage(state, channel.id, needed(args, 'timestamp', 'no_item_specified'));
  if (message === undefined) throw new Refusal('message_not_found');
  return { message, name };
};

const add = method(['reactions:write'], (call) => {
  const { message, name } = target(call);
  if (!addReaction(message, name, call.caller.user.id)) throw new Refusal('already_reacted');
  return {};
});

const remove = method(['reactions:write'], (call) => {
  const { message, name } = target(call);
  if (!removeReaction(message, name, call.caller.user.id)) throw new Refusal('no_reaction');
  return {};
});

export const reactionMethods = { 'reactions.add': add, 'reactions.remove': remove };
