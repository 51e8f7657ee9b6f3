/**
 * The processor time that this process has used so far, in milliseconds: how much work something is, however busy the machine
 * is with something else. For guards against work that runs away; how fast anything is they do not show.
 */
export const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
