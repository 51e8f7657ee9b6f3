/** Thrown by a method of the fake that refuses a call: becomes `{ok: false, error, …extra}`, as Slack answers. */
export class Refusal extends Error {
  readonly error: string;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(error: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(error);
    this.error = error;
    this.extra = extra;
  }
}

/** A refusal that says what is wrong where, in the words that Slack adds for developers. */
export const refusalAbout = (error: string, what: string): Refusal =>
  new Refusal(error, { response_metadata: { messages: [`[ERROR] ${what}`] } });
