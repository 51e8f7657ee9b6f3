import { findUser } from '../access.ts';
import { type Args, isRecord, needed, structure, text } from '../args.ts';
import { checkBlocks } from '../check-blocks.ts';
import { withBlockIds } from '../messages.ts';
import { Refusal, refusalAbout } from '../refusal.ts';
import type { State } from '../state.ts';
import type { OpenView } from '../types.ts';
import { type Call, method } from './method.ts';

/** A view as Slack takes it: up to 100 blocks, a title of at most 24 characters on forms. Refuses `invalid_arguments`. */
const viewOf = (state: State, args: Args, kind: OpenView['kind']): OpenView['view'] => {
  const view = structure(args, 'view');
  if (!isRecord(view)) throw new Refusal('invalid_arguments');
  if (view.type !== kind)
    throw refusalAbout('invalid_arguments', 'must be one of modal, home [json-pointer:/view/type]');
  if (kind === 'modal') {
    const title = isRecord(view.title) && typeof view.title.text === 'string' ? view.title.text : '';
    if (title === '') throw refusalAbout('invalid_arguments', 'missing required field: title [json-pointer:/view]');
    if (title.length > 24)
      throw refusalAbout('invalid_arguments', 'must be less than 25 characters [json-pointer:/view/title/text]');
  }
  if (typeof view.private_metadata === 'string' && view.private_metadata.length > 3_000)
    throw refusalAbout('invalid_arguments', 'must be less than 3001 characters [json-pointer:/view/private_metadata]');
  try {
    return {
      ...view,
      blocks: withBlockIds(state, checkBlocks(view.blocks ?? [], { ...state.limits, blocksText: 250_000 }, 100)),
    };
  } catch (thrown) {
    if (thrown instanceof Refusal) throw new Refusal('invalid_arguments', thrown.extra);
    throw thrown;
  }
};

/** A view as methods and submissions show it. */
export const viewJson = (state: State, open: OpenView): Readonly<Record<string, unknown>> => ({
  private_metadata: '',
  callback_id: '',
  ...open.view,
  id: open.id,
  team_id: open.team,
  type: open.kind,
  state: { values: {} },
  hash: `${open.id}.1`,
  root_view_id: open.id,
  app_id: state.appId,
  bot_id: '',
});

/** Who pressed something, for as long as that may open a form. Refuses `invalid_`, `exchanged_` and `expired_trigger_id`. */
const takeTrigger = ({ state, args }: Call) => {
  const id = needed(args, 'trigger_id');
  const trigger = state.triggers.get(id);
  if (trigger === undefined) throw new Refusal('invalid_trigger_id');
  if (trigger.used) throw new Refusal('exchanged_trigger_id');
  if (Date.now() - trigger.at > state.limits.triggerMs) throw new Refusal('expired_trigger_id');
  return { id, trigger };
};

const open = method([], (call) => {
  const { id, trigger } = takeTrigger(call);
  const view = viewOf(call.state, call.args, 'modal');
  trigger.used = true;
  const { user, team } = trigger;
  const opened: OpenView = {
    id: call.state.nextId('V'),
    kind: 'modal',
    team,
    user,
    trigger_id: id,
    view,
    open: true,
  };
  call.state.views.push(opened);
  return { view: viewJson(call.state, opened) };
});

const update = method([], ({ state, args }) => {
  const id = text(args, 'view_id');
  const found = state.views.find((one) => one.id === id && one.open);
  if (found === undefined) throw new Refusal('not_found');
  found.view = viewOf(state, args, found.kind);
  return { view: viewJson(state, found) };
});

const publish = method([], ({ state, caller, args }) => {
  const user = needed(args, 'user_id');
  if (findUser(state, user) === undefined) throw new Refusal('invalid_arguments');
  const view = viewOf(state, args, 'home');
  const known = state.views.find((one) => one.kind === 'home' && one.user === user && one.team === caller.team.id);
  if (known !== undefined) known.view = view;
  const shown: OpenView = known ?? {
    id: state.nextId('V'),
    kind: 'home',
    team: caller.team.id,
    user,
    view,
    open: true,
  };
  if (known === undefined) state.views.push(shown);
  return { view: viewJson(state, shown) };
});

/** Forms and the home page. */
export const viewMethods = { 'views.open': open, 'views.update': update, 'views.publish': publish };
