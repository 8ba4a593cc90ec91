import { createServer, type Server, Socket } from 'node:net';

export interface Relay {
  /** That of the database, through the relay. */
  readonly url: string;
  readonly port: number;
  /** Ends every connection and takes no new ones, as a server that has gone. */
  cut(): Promise<void>;
  /** Passes nothing on any more, and ends nothing: as a server whose machine lost its power. */
  freeze(): void;
  /** Is there again, on the same port. */
  mend(): Promise<void>;
}

/** Passes everything on between clients and a database. `change` may put other bytes in the place of what the database says. */
export async function startRelay(url: string, change = (bytes: Buffer): Buffer => bytes): Promise<Relay> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = new Socket();
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        database.destroy();
      });
    }
    database.connect(Number(port), hostname);
    client.on('data', (bytes) => database.write(bytes));
    database.on('data', (bytes) => client.write(change(bytes)));
  });
  const own = await listen(server, 0);
  return {
    url: Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(own) }).href,
    port: own,
    cut: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
    freeze() {
      for (const socket of sockets) socket.pause();
    },
    mend: async () => void (await listen(server, own)),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
}
