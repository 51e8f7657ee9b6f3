/**
 * Whether a suite that talks to a real server runs here: it does when the server is there, and is skipped on a machine
 * without it. Where the gate runs (`FRONTDESK_GATE` is set) a missing server is an error instead, so that nothing
 * passes by skipping.
 */
export const requireServer = (name: string, present: boolean): 'run' | 'skip' => {
  if (present) return 'run';
  if (process.env.FRONTDESK_GATE) {
    throw new Error(
      `${name} is missing, and the gate needs every real server: install it, or run without FRONTDESK_GATE.`,
    );
  }
  return 'skip';
};
