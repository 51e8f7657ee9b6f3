import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** A working day, in seconds. */
const lifetime = 12 * 60 * 60;

const claims = z.object({ name: z.string().min(1).max(80), until: z.number() });

/** Who is signed in at the console. */
export interface Agent {
  readonly name: string;
  readonly until: Date;
}

export interface AgentCookie {
  /** A `Set-Cookie` value that signs `name` in. */
  issue(name: string): string;
  /** A `Set-Cookie` value that signs out. */
  clear(): string;
  /** The agent that a request's `Cookie` header proves, if any. */
  read(header: string | undefined): Agent | undefined;
}

/**
 * A signed cookie instead of a table of logins. The console's token is part of the key, so changing the token signs
 * everybody out; older secrets still verify, so rotating them does not. Scripts cannot read the cookie, other sites
 * cannot make a browser send it, and over HTTPS its name binds it to this host (`__Host-`).
 */
export const createAgentCookie = (options: {
  readonly secrets: readonly [string, ...string[]];
  readonly consoleToken: string | undefined;
  readonly secure: boolean;
  readonly now: () => Date;
}): AgentCookie => {
  const { secrets, consoleToken, secure, now } = options;
  const name = secure ? '__Host-frontdesk_console' : 'frontdesk_console';
  const attributes = `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  const keys = secrets.map((secret) =>
    createHmac('sha256', secret)
      .update(`console-cookie\0${consoleToken ?? ''}`)
      .digest(),
  );
  const [signingKey] = keys;

  const sign = (payload: string, key: Buffer): Buffer => createHmac('sha256', key).update(payload).digest();

  const values = (header: string): readonly string[] =>
    header
      .split(';')
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(`${name}=`))
      .map((pair) => pair.slice(name.length + 1));

  const verify = (value: string): Agent | undefined => {
    const [payload = '', signature = ''] = value.split('.', 2);
    const given = Buffer.from(signature, 'base64url');
    const genuine = keys.some((key) => given.length === 32 && timingSafeEqual(given, sign(payload, key)));
    if (!genuine) return undefined;
    const parsed = claims.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
    if (!parsed.success || parsed.data.until <= now().getTime()) return undefined;
    return { name: parsed.data.name, until: new Date(parsed.data.until) };
  };

  return {
    issue(agentName) {
      const content = { name: agentName, until: now().getTime() + lifetime * 1_000 };
      const payload = Buffer.from(JSON.stringify(content)).toString('base64url');
      const signature = sign(payload, signingKey ?? Buffer.alloc(0)).toString('base64url');
      return `${name}=${payload}.${signature}; ${attributes}; Max-Age=${lifetime}`;
    },
    clear: () => `${name}=; ${attributes}; Max-Age=0`,
    read(header) {
      if (header === undefined || header.length > 8_192) return undefined;
      for (const value of values(header)) {
        const agent = verify(value);
        if (agent !== undefined) return agent;
      }
      return undefined;
    },
  };
};
