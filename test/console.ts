import type { z } from 'zod';
import type { deskActionBody, EscalationDetail, EscalationSummary } from '#src/http/wire.ts';

/** What a member of the support team does through the console's API. */
export interface Console {
  list(status?: EscalationSummary['status'] | 'all'): Promise<readonly EscalationSummary[]>;
  get(id: string): Promise<EscalationDetail>;
  /** Acts on a case; fails unless it took effect at once. */
  act(id: string, action: z.input<typeof deskActionBody>['action'], markdown?: string): Promise<EscalationDetail>;
}

/** Signs in under `name`, as the console's page does. */
export const signIn = async (url: string, name: string): Promise<Console> => {
  const login = await fetch(`${url}/api/console/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  if (!login.ok) throw new Error(`Cannot sign in: ${login.status} ${await login.text()}`);
  const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const call = async (path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${url}/api/console/escalations${path}`, {
      headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
  return {
    list: async (status = 'open') => ((await call(`?status=${status}`)) as { items: EscalationSummary[] }).items,
    get: async (id) => (await call(`/${id}`)) as EscalationDetail,
    act: async (id, action, markdown = '') => (await call(`/${id}/actions`, { action, markdown })) as EscalationDetail,
  };
};
