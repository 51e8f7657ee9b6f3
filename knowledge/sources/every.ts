const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** How often a source is synced: `15m`, `6h`, `1d`, from a minute to 365 days. */
export const scheduleOf = (
  every: string,
): { readonly ok: true; readonly everyMs: number } | { readonly ok: false; readonly reason: string } => {
  const [, amount = '', unit = ''] = /^\s*(\d{1,6})\s*([mhd])\s*$/i.exec(every) ?? [];
  const everyMs = Number(amount) * (unitMs[unit.toLowerCase()] ?? Number.NaN);
  if (amount === '' || Number.isNaN(everyMs)) {
    return {
      ok: false,
      reason: `${JSON.stringify(every)} is no interval; write a number with m, h or d, as in 15m, 6h or 1d`,
    };
  }
  if (everyMs < 60_000 || everyMs > 365 * 86_400_000) {
    return { ok: false, reason: `${JSON.stringify(every)} is out of bounds; write something from 1m to 365d` };
  }
  return { ok: true, everyMs };
};
