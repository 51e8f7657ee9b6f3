import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy that can fail the ways networks do. */
export interface FaultProxy extends AsyncDisposable {
  readonly port: number;
  /** Connections at the moment. */
  readonly connections: number;
  /** Breaks every connection (RST) and refuses new ones until `restore`. */
  cut(): void;
  /** Keeps connections open and swallows every byte until `restore`. */
  hang(): void;
  restore(): void;
}

export const startFaultProxy = async (targetPort: number): Promise<FaultProxy> => {
  let mode: 'pass' | 'cut' | 'hang' = 'pass';
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((client) => {
    if (mode === 'cut') {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(targetPort, '127.0.0.1');
    const pair = [client, upstream] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const [from, to] of [pair, [upstream, client] as const]) {
      from.on('data', (bytes) => {
        if (mode !== 'hang') to.write(bytes);
      });
      from.on('error', end);
      from.on('close', end);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const breakAll = () => {
    for (const [client, upstream] of pairs) {
      client.resetAndDestroy();
      upstream.destroy();
    }
    pairs.clear();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return pairs.size;
    },
    cut: () => {
      mode = 'cut';
      breakAll();
    },
    hang: () => {
      mode = 'hang';
    },
    restore: () => {
      mode = 'pass';
    },
    [Symbol.asyncDispose]: async () => {
      breakAll();
      server.close();
      await once(server, 'close');
    },
  };
};
