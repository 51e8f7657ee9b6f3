import type { z } from 'zod';
import type {
  ArticleWire,
  AttachmentWire,
  agentView,
  articleChange,
  articlePage,
  consoleInfo,
  deskActionBody,
  EscalationDetail,
  escalationPage,
} from '#src/http/wire.ts';
import type { LoadFile } from '../shared/files/load-file.ts';
import { uploadFile } from '../shared/files/upload-file.ts';
import type { SendFile } from '../shared/files/use-uploads.ts';
import { json, type Result, request } from '../shared/request.ts';

export type ConsoleInfo = z.infer<typeof consoleInfo>;
export type Agent = z.infer<typeof agentView>;
export type EscalationPage = z.infer<typeof escalationPage>;
export type ArticlePage = z.infer<typeof articlePage>;
export type ArticleChange = z.input<typeof articleChange>;
export type DeskAction = z.infer<typeof deskActionBody>['action'];

/** Which escalations a list shows. */
export const statuses = ['open', 'claimed', 'resolved', 'all'] as const;
export type StatusFilter = (typeof statuses)[number];

/** What somebody at the desk does; `id` makes repeating harmless. */
export interface DeskCommand {
  readonly id: string;
  readonly action: DeskAction;
  readonly markdown?: string;
  readonly attachments?: readonly AttachmentWire[];
  /** With `reassign`: the colleague who has it from now on; left out, whoever says so. */
  readonly to?: string;
}

const root = '/api/console';

/** The console's side of the server's REST interface; the sign-in travels as a cookie. Expected failures are values. */
export const consoleApi = {
  info: (): Promise<Result<ConsoleInfo>> => request(root),
  signIn: (name: string, token: string): Promise<Result<Agent>> =>
    request(`${root}/login`, json({ name, ...(token === '' ? {} : { token }) })),
  signOut: (): Promise<Result<unknown>> => request(`${root}/logout`, json({})),
  list: (status: StatusFilter, before?: string): Promise<Result<EscalationPage>> =>
    request(
      `${root}/escalations?${new URLSearchParams({ status, limit: '50', ...(before === undefined ? {} : { before }) })}`,
    ),
  /** By its id, or as `case-7F3K`. */
  get: (id: string): Promise<Result<EscalationDetail>> => request(`${root}/escalations/${encodeURIComponent(id)}`),
  act: (id: string, command: DeskCommand): Promise<Result<EscalationDetail>> =>
    request(`${root}/escalations/${encodeURIComponent(id)}/actions`, json(command)),
  articles: (
    status: ArticleWire['status'],
    { before, limit = 50 }: { readonly before?: string; readonly limit?: number } = {},
  ): Promise<Result<ArticlePage>> =>
    request(
      `${root}/articles?${new URLSearchParams({ status, limit: `${limit}`, ...(before === undefined ? {} : { before }) })}`,
    ),
  article: (id: string): Promise<Result<ArticleWire>> => request(`${root}/articles/${encodeURIComponent(id)}`),
  changeArticle: (id: string, change: ArticleChange): Promise<Result<ArticleWire>> =>
    request(`${root}/articles/${encodeURIComponent(id)}`, { ...json(change), method: 'PUT' }),
  upload: ((file, options) => uploadFile(file, { ...options, url: `${root}/attachments` })) satisfies SendFile,
  /** Files of one escalation, by their address on our own server. */
  filesOf:
    (id: string): LoadFile =>
    async ({ ref }) => ({ ok: true, value: `${root}/escalations/${encodeURIComponent(id)}/attachments/${ref}` }),
} as const;
