// A way between client and server that is cut at a chosen moment.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** When to cut: before the message reaches the server, or after it did and before the answer comes back. */
export type Cut = 'never' | 'before it arrives' | 'before the answer';

/** A proxy in front of a PostgreSQL. */
export interface CuttingProxy {
  url: string;
  /** Cuts the connection that next carries a message with this text. */
  cut(when: Cut, text: string): void;
  close(): Promise<void>;
}

/** Stands in front of the server at `url`. */
export async function cuttingProxy(url: string): Promise<CuttingProxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let plan: { when: Cut; text: string } = { when: 'never', text: '' };
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let deaf = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('data', (data) => {
      const { when, text } = plan;
      const chosen = when !== 'never' && data.includes(text);
      if (chosen) plan = { when: 'never', text: '' };
      if (chosen && when === 'before it arrives') {
        client.destroy();
        upstream.destroy();
        return;
      }
      deaf ||= chosen;
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (!deaf) {
        client.write(data);
        return;
      }
      client.destroy();
      upstream.destroy();
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const proxied = new URL(url);
  proxied.hostname = '127.0.0.1';
  proxied.port = String(address.port);
  return {
    url: proxied.href,
    cut: (when, text) => {
      plan = { when, text };
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
