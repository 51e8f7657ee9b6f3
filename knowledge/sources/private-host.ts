/**
 * Is the host of `url` one of those the operator allows although they are not public? An entry with a port allows that
 * port only, one without allows all.
 */
export const isPrivateHost = (url: URL, privateHosts: readonly string[]): boolean => {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const names = [url.hostname, `${url.hostname}:${port}`];
  return privateHosts.some((host) => names.includes(host.trim().toLowerCase()));
};
