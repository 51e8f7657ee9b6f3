import { visibleChannel } from '../access.ts';
import { isRecord, needed, structure, text } from '../args.ts';
import { anyMessage } from '../messages.ts';
import { Refusal, refusalAbout } from '../refusal.ts';
import { type Call, method } from './method.ts';

/** Channel and thread of a call. Refuses `channel_not_found`, `invalid_thread_ts`. */
const placeOf = ({ state, caller, args }: Call): { readonly channel: string; readonly thread_ts: string } => {
  const channel = visibleChannel(state, caller, needed(args, 'channel_id', 'channel_not_found'));
  const thread = needed(args, 'thread_ts', 'invalid_thread_ts');
  if (anyMessage(state, channel.id, thread) === undefined) throw new Refusal('invalid_thread_ts');
  return { channel: channel.id, thread_ts: thread };
};

const setStatus = method(['assistant:write', 'chat:write'], (call) => {
  const { state, args } = call;
  const place = placeOf(call);
  if (typeof args.status !== 'string') throw new Refusal('invalid_arguments');
  const loading = structure(args, 'loading_messages');
  if (loading !== undefined && !Array.isArray(loading)) throw new Refusal('invalid_arguments');
  if (Array.isArray(loading) && loading.length > 10)
    throw refusalAbout('invalid_arguments', 'no more than 10 items allowed');
  state.statuses.push({ ...place, status: args.status, at: Date.now(), ...(loading && { loading_messages: loading }) });
  return {};
});

const setSuggestedPrompts = method(['assistant:write'], (call) => {
  const { state, args } = call;
  const place = placeOf(call);
  const given = structure(args, 'prompts');
  if (!Array.isArray(given) || given.length === 0) throw new Refusal('invalid_arguments');
  if (given.length > 4) throw refusalAbout('invalid_arguments', 'no more than 4 items allowed [json-pointer:/prompts]');
  const prompts = given.map((prompt: unknown) => {
    if (!isRecord(prompt) || typeof prompt.title !== 'string' || typeof prompt.message !== 'string')
      throw new Refusal('invalid_arguments');
    return { title: prompt.title, message: prompt.message };
  });
  const title = text(args, 'title');
  state.prompts.push({ ...place, prompts, ...(title !== undefined && { title }) });
  return {};
});

const setTitle = method(['assistant:write'], (call) => {
  call.state.titles.push({ ...placeOf(call), title: needed(call.args, 'title') });
  return {};
});

/** What an assistant shows around its messages. */
export const assistantMethods = {
  'assistant.threads.setStatus': setStatus,
  'assistant.threads.setSuggestedPrompts': setSuggestedPrompts,
  'assistant.threads.setTitle': setTitle,
};
