// Where the desk can be reached: this machine only, on the port asked for or the next one that is free.

import { once } from 'node:events';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';

/** How many ports are tried. */
const TRIES = 50;

/** An application that answers. */
export interface Listening {
  readonly port: number;
  /** Takes no more requests. */
  close(): void;
}

/** Serves an application. Port 0: any that is free. */
export async function listen(app: Hono, first: number): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch });
  for (let port = first; port < first + TRIES; port += 1) {
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      const bound = server.address();
      return {
        port: typeof bound === 'object' && bound !== null ? bound.port : port,
        close: () => server.close(),
      };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    }
  }
  throw new Error(
    `the ports ${first} to ${first + TRIES - 1} are all taken; set PORT to another one`,
  );
}
