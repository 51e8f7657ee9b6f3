import { email } from './email/index.ts';
import { slack } from './slack/index.ts';
import { teams } from './teams/index.ts';
import { web } from './web/index.ts';

/** Every channel there is, by id. A new one is a folder and a line here. */
export const channels = { web, email, slack, teams } as const;
