import { addMessage, changeMessage, findMessage } from './messages.ts';
import { Refusal, refusals } from './refusal.ts';
import { ok, type Reply } from './reply.ts';
import type { State } from './state.ts';
import { type Message, type Place, type Stream, type Thing, things } from './types.ts';

const notAllowed = (why: string): Refusal => new Refusal(403, 'ContentStreamNotAllowed', why);
const badRequest = (why: string): Refusal => new Refusal(400, 'BadRequest', why);

/** The entity that makes an activity a piece of a stream. */
export const streamInfo = (activity: Thing): Thing | undefined =>
  things(activity.entities).find(({ type }) => String(type).toLowerCase() === 'streaminfo');

/** What became of a stream meanwhile. */
export const settle = (state: State, stream: Stream): Stream => {
  if (stream.state === 'open' && state.now() - stream.startedAt > state.limits.streamMs) stream.state = 'expired';
  return stream;
};

const whyOver = {
  final: 'Content stream is not allowed on an already completed streamed message',
  expired: 'Content stream finished due to exceeded streaming time.',
  stopped: 'Content stream was canceled by user.',
};

const streamed = (stream: Stream): string => stream.seen.findLast(({ type }) => type === 'streaming')?.text ?? '';

const begin = (state: State, place: Place, activity: Thing, info: Thing, text: string): Reply => {
  if (info.streamSequence !== 1) throw badRequest('Start streaming activities should have streamSequence 1');
  const message = addMessage(state, place, {
    activity,
    stream: (id) => {
      const stream: Stream = {
        id,
        place: place.id,
        startedAt: state.now(),
        state: 'open',
        seen: [],
        dropped: 0,
        sequence: 1,
      };
      state.streams.push(stream);
      see(state, stream, info, text);
      return stream;
    },
  });
  return ok({ id: message.id }, 201);
};

const see = (state: State, stream: Stream, info: Thing, text: string): void => {
  const type = info.streamType === 'informative' ? 'informative' : 'streaming';
  stream.seen.push({ type, text, at: state.now() });
};

const goOn = (state: State, message: Message, stream: Stream, activity: Thing, info: Thing, text: string): Reply => {
  const { streamSequence: sequence } = info;
  if (typeof sequence !== 'number' || !Number.isInteger(sequence) || sequence < 1)
    throw badRequest('Continue streaming activities should have a streamSequence');
  if (sequence <= stream.sequence) {
    // Taken and dropped: the newest piece counts.
    stream.dropped += 1;
    const what = 'PreCondition failed exception when processing streaming activity.';
    return ok({ error: { code: 'ContentStreamSequenceOrderPreConditionFailed', message: what } }, 202);
  }
  if (info.streamType !== 'informative' && !text.startsWith(streamed(stream)))
    throw notAllowed('Request streamed content should contain the previously streamed content.');
  const last = stream.seen.at(-1)?.at ?? 0;
  if (state.limits.streamPaceMs > 0 && state.now() - last < state.limits.streamPaceMs)
    throw new Refusal(429, 'Throttled', 'API calls quota exceeded');
  stream.sequence = sequence;
  see(state, stream, info, text);
  message.activity = activity;
  state.changed();
  return ok({}, 202);
};

const finish = (state: State, message: Message, stream: Stream, activity: Thing, info: Thing, text: string): Reply => {
  if (info.streamSequence !== undefined) throw badRequest('End streaming activities should not have a streamSequence');
  if (state.strictFinals && !text.startsWith(streamed(stream)))
    throw notAllowed('Request streamed content should contain the previously streamed content.');
  stream.state = 'final';
  changeMessage(state, message, activity);
  return ok({}, 202);
};

/** Takes one piece of a stream (Microsoft Learn, "Stream bot messages": REST API, response codes). */
export const takePiece = (state: State, place: Place, activity: Thing, info: Thing): Reply => {
  if (place.kind !== 'personal') throw notAllowed('Content stream is not allowed');
  const text = typeof activity.text === 'string' ? activity.text : '';
  const isFinal = info.streamType === 'final';
  if (isFinal !== (activity.type === 'message'))
    throw badRequest('Only end streaming type is allowed as a message activity');
  if (text === '' && !isFinal) throw badRequest('Start streaming activities should include text');
  if (info.streamType === 'informative' && text.length > 1_000)
    throw badRequest('Informative messages must not be longer than 1000 characters');
  if (!isFinal && things(activity.attachments).length > 0)
    throw badRequest('Attachments are allowed in end streaming activities only');
  const { streamId } = info;
  if (streamId === undefined) {
    if (isFinal) throw badRequest('End streaming activities should include a streamId');
    return begin(state, place, activity, info, text);
  }
  const message = findMessage(state, place.id, String(streamId));
  if (message === undefined) throw refusals.noActivity();
  if (message.stream === undefined) throw badRequest('Unknown streamId');
  const stream = settle(state, message.stream);
  if (stream.state !== 'open') throw notAllowed(whyOver[stream.state]);
  return (isFinal ? finish : goOn)(state, message, stream, activity, info, text);
};
