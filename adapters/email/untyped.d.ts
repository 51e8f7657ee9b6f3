// Packages without types of their own: only what is used here.

declare module 'planer' {
  /** One letter per line: e(mpty), m (quoted), s(plitter), f(orward), t(ext). */
  export function markMessageLines(lines: readonly string[]): string;
  /** Fills `flags` with the range of lines to delete, `lastLine` exclusive. */
  export function processMarkedLines(
    lines: readonly string[],
    markers: string,
    flags: { wereLinesDeleted?: boolean; firstLine?: number; lastLine?: number },
  ): string[];
}

declare module 'mailauth/lib/parse-dkim-headers.js' {
  /** One method of an Authentication-Results field: its result and what it was about (`header.from`, `smtp.mailfrom`). */
  export interface AuthenticationMethod {
    readonly value?: string;
    readonly header?: Readonly<Record<string, string>> | string;
    readonly smtp?: Readonly<Record<string, string>> | string;
  }
  export default function parseHeader(line: string): {
    readonly parsed: {
      /** The authserv-id, perhaps followed by a version. */
      readonly value?: string;
      readonly dkim?: readonly AuthenticationMethod[];
      readonly spf?: AuthenticationMethod;
      readonly dmarc?: AuthenticationMethod;
    };
  };
}

declare module 'mailauth/lib/tools.js' {
  const tools: {
    /** The aligned domain of `domains`, or false (RFC 7489 §3.1; relaxed unless `strict`). */
    getAlignment(from: string, domains: readonly string[], strict?: boolean): false | { readonly domain: string };
  };
  export default tools;
}
