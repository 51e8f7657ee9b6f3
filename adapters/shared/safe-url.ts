const allowed = new Set(['http:', 'https:', 'mailto:']);

/** The address in its normal form when it is one that people may be sent to (http, https, mailto), else `undefined`. */
export const safeUrl = (url: string): string | undefined => {
  const parsed = URL.parse(url);
  return parsed !== null && allowed.has(parsed.protocol) ? parsed.href : undefined;
};
