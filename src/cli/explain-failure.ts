/** What Node's system errors and PostgreSQL's errors carry besides a message. */
interface Failure extends Error {
  readonly code?: string;
  readonly syscall?: string;
  readonly address?: string;
  readonly port?: number;
  readonly path?: string;
}

const isFailure = (thrown: unknown): thrown is Failure => thrown instanceof Error && 'code' in thrown;

const unreachable = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH']);
/** https://www.postgresql.org/docs/current/errcodes-appendix.html: invalid authorization, wrong password, no such database. */
const refused = new Set(['28000', '28P01', '3D000']);

/**
 * The failures of the machine that a newcomer meets first, in words that say what to do: a port that is taken, a database
 * that does not answer, a folder that cannot be used. `undefined` for anything else, which is a fault of ours.
 */
export const explainFailure = (thrown: unknown): string | undefined => {
  if (!isFailure(thrown)) return undefined;
  const { code = '', syscall, address, port, path, message } = thrown;
  if (syscall === 'listen') {
    if (code === 'EADDRINUSE')
      return `Port ${port} of ${address} is in use by another program. Stop that, or set PORT to another one; 0 picks a free one.`;
    if (code === 'EACCES') return `This user may not listen on port ${port}. Set PORT to one above 1023.`;
    return `Cannot listen on ${address} (${code}). Set HOST to an address of this machine; 0.0.0.0 for all.`;
  }
  if (refused.has(code)) return `PostgreSQL refuses the connection: ${message}. Check DATABASE_URL.`;
  if (unreachable.has(code) && (syscall === 'connect' || syscall === 'getaddrinfo'))
    return `PostgreSQL cannot be reached: ${message}. Check DATABASE_URL, and that it runs.`;
  if (
    path !== undefined &&
    (syscall === 'mkdir' || syscall === 'open') &&
    /^(?:EEXIST|ENOTDIR|EACCES|EPERM|EROFS|ENOSPC)$/.test(code)
  )
    return `Cannot use ${path} (${code}). FRONTDESK_HOME must be a folder that this user may write to, on a disk with space left.`;
  return undefined;
};
