/**
 * What a Retry-After header asks for, in milliseconds: seconds or a date (RFC 9110, section 10.2.3); `undefined` where it
 * says neither.
 */
export const retryAfterMs = (value: string | null | undefined, now: () => number = Date.now): number | undefined => {
  if (value === null || value === undefined || value.trim() === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1_000 : undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now());
};
