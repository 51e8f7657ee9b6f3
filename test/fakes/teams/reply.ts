/** What goes back over HTTP: JSON, bytes, or nothing at all. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes go out as they are, anything else as JSON; `undefined` for no body. */
  readonly body: unknown;
}

export const ok = (body: unknown, status = 200): Reply => ({ status, headers: {}, body });

/** A refusal in the connector's form. */
export const refused = (
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply => ({ status, headers, body: { error: { code, message } } });
