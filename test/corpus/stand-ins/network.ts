type Listener = (...values: unknown[]) => void;
type Soon = (job: () => void) => void;

/** What arrives at a program: 'data' and 'close'. */
class Incoming {
  readonly #listeners: Record<string, Listener[]> = {};
  constructor(readonly soon: Soon) {}
  on(event: string, listener: Listener): void {
    this.#listeners[event] = [...(this.#listeners[event] ?? []), listener];
  }
  emit(event: string, ...values: unknown[]): void {
    this.soon(() => {
      for (const one of this.#listeners[event] ?? []) one(...values);
    });
  }
}

class Socket extends Incoming {
  peer: Socket | undefined;
  write(data: string): void {
    this.peer?.emit("data", data);
  }
  end(data?: string): void {
    if (data) this.write(data);
    this.peer?.emit("close", false);
    this.emit("close", false);
  }
}

interface Target {
  readonly port: number;
  readonly path: string;
  readonly method: string;
  readonly headers: Record<string, unknown>;
}

/** `require("net")` and `require("http")` for Node, all in one computer. */
export function networkStandIn(soon: Soon) {
  const servers = new Map<number, Listener>();
  const createServer = (listener: Listener) => ({ listen: (port: number) => servers.set(port, listener) });
  const server = (port: number): Listener => {
    const found = servers.get(port);
    if (!found) throw new Error(`nobody listens at ${port}`);
    return found;
  };
  const net = {
    createServer,
    connect: ({ port }: { port: number }, connected: Listener) => {
      const near = new Socket(soon);
      const far = new Socket(soon);
      near.peer = far;
      far.peer = near;
      soon(() => {
        server(port)(far);
        connected(near);
      });
      return near;
    },
  };
  const request = ({ port, path, method, headers }: Target, answered: Listener) => {
    const call = Object.assign(new Incoming(soon), { method, url: path, headers });
    const answer = Object.assign(new Incoming(soon), { statusCode: 200, headers: {} });
    let sent = "";
    const response = {
      writeHead: (statusCode: number, given: object) => Object.assign(answer, { statusCode, headers: given }),
      write: (data: string) => {
        sent += data;
      },
      end: (data = "") => {
        sent += data;
        soon(() => answered(answer));
        if (sent) answer.emit("data", sent);
        answer.emit("close", false);
      },
    };
    return {
      end: (body?: string) => {
        soon(() => server(port)(call, response));
        if (body) call.emit("data", body);
      },
    };
  };
  const get = (url: string, answered: Listener) => {
    const { port, pathname, search } = new URL(url);
    const target = { port: Number(port), path: pathname + search, method: "GET", headers: {} };
    request(target, answered).end();
  };
  return { net, http: { createServer, request, get } };
}
