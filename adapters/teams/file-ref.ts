import { z } from 'zod';

/**
 * Where a file of a message lies. `link`: an address that needs no credentials and is good for some minutes (file uploads);
 * our token must not go there. `connector`: an address of the connector that wants our token (inline images).
 */
export interface FileRef {
  readonly kind: 'link' | 'connector';
  readonly url: string;
  /** Whose tenant's token is wanted. */
  readonly tenantId?: string;
}

const prefix = 'teams:';

const schema = z.object({
  kind: z.enum(['link', 'connector']),
  url: z.url({ protocol: /^https?$/ }),
  tenantId: z.string().min(1).optional().catch(undefined),
});

/** The reference of an attachment: `teams:` and the place as base64url of JSON. */
export const fileRefOf = (place: FileRef): string => prefix + Buffer.from(JSON.stringify(place)).toString('base64url');

/** What a reference of ours stands for; `undefined` when it is none. Never throws. */
export const parseFileRef = (ref: string): FileRef | undefined => {
  if (!ref.startsWith(prefix)) return undefined;
  try {
    const { data } = schema.safeParse(JSON.parse(Buffer.from(ref.slice(prefix.length), 'base64url').toString()));
    if (data === undefined) return undefined;
    const { kind, url, tenantId } = data;
    return { kind, url, ...(tenantId === undefined ? {} : { tenantId }) };
  } catch {
    return undefined;
  }
};
