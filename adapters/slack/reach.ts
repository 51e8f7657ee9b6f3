import { z } from 'zod';
import type { Address } from '#core/message.ts';
import type { SlackState, Workspaces } from './api.ts';

const word = z.string().catch('');
const state = z.object({ team: word, enterprise: z.string().optional().catch(undefined), user: word, userTeam: word });

/** What an address says of how to reach it; empty where it says nothing (an address that no event of Slack gave us). */
export const stateOf = (address: Pick<Address, 'state'>): SlackState => {
  const { enterprise, ...known } = state.parse(address.state ?? {});
  return { ...known, ...(enterprise === undefined ? {} : { enterprise }) };
};

/** The workspace through which an address is reached: the one that it names, else the one that sees its channel. */
export const workspaceFor = (
  workspaces: Pick<Workspaces, 'find' | 'ofChannel'>,
  address: Pick<Address, 'space' | 'state'>,
  signal?: AbortSignal,
): ReturnType<Workspaces['find']> => {
  const { team, enterprise } = stateOf(address);
  return team === '' ? workspaces.ofChannel(address.space, signal) : workspaces.find(team, enterprise);
};
