import { useCallback, useEffect, useRef, useState } from 'react';
import type { AttachmentWire } from '#src/http/wire.ts';
import { fileWords } from '../../words.ts';
import { newId } from '../new-id.ts';
import type { Result } from '../request.ts';

/** A file on its way to the server. `progress` is 0…1. */
export interface Upload {
  readonly id: string;
  readonly file: File;
  readonly progress: number;
  readonly stored?: AttachmentWire;
  readonly error?: string;
}

export type SendFile = (
  file: File,
  options: { readonly signal: AbortSignal; readonly onProgress: (share: number) => void },
) => Promise<Result<AttachmentWire>>;

/** One message carries at most this many files (`postMessage.attachments`). */
export const mostFiles = 10;

export interface Uploads {
  readonly items: readonly Upload[];
  readonly stored: readonly AttachmentWire[];
  /** Something is still on its way. */
  readonly busy: boolean;
  /** Why the last files were not taken, if so. */
  readonly problem?: string;
  add(files: Iterable<File>): void;
  remove(id: string): void;
  retry(id: string): void;
  /** Forget what is stored: it is now part of a message. What failed stays, so that nobody believes it was sent. */
  clear(): void;
}

/** The files being attached to one message, each sent as soon as it is chosen. */
export const useUploads = (send: SendFile): Uploads => {
  const [items, setItems] = useState<readonly Upload[]>([]);
  const [problem, setProblem] = useState<string>();
  const aborts = useRef(new Map<string, AbortController>());

  const change = useCallback((id: string, next: (upload: Upload) => Upload) => {
    setItems((all) => all.map((upload) => (upload.id === id ? next(upload) : upload)));
  }, []);

  const start = useCallback(
    async (id: string, file: File) => {
      const abort = new AbortController();
      aborts.current.set(id, abort);
      const result = await send(file, {
        signal: abort.signal,
        onProgress: (progress) => change(id, (upload) => ({ ...upload, progress })),
      });
      aborts.current.delete(id);
      change(id, (upload) =>
        result.ok ? { ...upload, progress: 1, stored: result.value } : { ...upload, error: result.failure.detail },
      );
    },
    [send, change],
  );

  const count = items.length;
  const add = useCallback(
    (files: Iterable<File>) => {
      const chosen = Array.from(files);
      const room = Math.max(0, mostFiles - count);
      setProblem(chosen.length > room ? fileWords.tooMany(mostFiles) : undefined);
      const uploads = chosen.slice(0, room).map((file): Upload => ({ id: newId(), file, progress: 0 }));
      setItems((all) => [...all, ...uploads]);
      for (const upload of uploads) void start(upload.id, upload.file);
    },
    [count, start],
  );

  const remove = useCallback((id: string) => {
    aborts.current.get(id)?.abort();
    setProblem(undefined);
    setItems((all) => all.filter((upload) => upload.id !== id));
  }, []);

  const retry = useCallback(
    (id: string) => {
      const upload = items.find((item) => item.id === id);
      if (upload === undefined) return;
      change(id, ({ error: _, ...rest }) => ({ ...rest, progress: 0 }));
      void start(id, upload.file);
    },
    [items, change, start],
  );

  const clear = useCallback(() => {
    setProblem(undefined);
    setItems((all) => all.filter((upload) => upload.error !== undefined));
  }, []);

  useEffect(() => {
    const running = aborts.current;
    return () => {
      for (const abort of running.values()) abort.abort();
    };
  }, []);

  return {
    items,
    stored: items.flatMap((upload) => upload.stored ?? []),
    busy: items.some((upload) => upload.stored === undefined && upload.error === undefined),
    ...(problem === undefined ? {} : { problem }),
    add,
    remove,
    retry,
    clear,
  };
};
