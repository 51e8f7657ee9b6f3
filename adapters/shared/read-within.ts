/** The body of a response, or nothing when it is larger than `maxBytes`; then the connection is let go of. */
export const readWithin = async (response: Response, maxBytes: number): Promise<Uint8Array | undefined> => {
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
    await response.body?.cancel();
    return undefined;
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (response.body !== null) {
    for await (const chunk of response.body) {
      length += chunk.byteLength;
      // Leaving the loop cancels the body.
      if (length > maxBytes) return undefined;
      chunks.push(chunk);
    }
  }
  return Uint8Array.from(Buffer.concat(chunks));
};
