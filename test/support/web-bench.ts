import { AttemptLimiter, noAttempts } from "../../src/core/attempts.js";
import type { HandshakeEvent } from "../../src/core/espota/handshake.js";
import type { UpdateEvent } from "../../src/core/update/update.js";
import { WebConnection } from "../../src/core/web/connection.js";
import { takeForm } from "../../src/core/web/form.js";
import { gate } from "../../src/core/web/gate.js";
import { readRequestHead } from "../../src/core/web/head.js";
import { password } from "../../src/core/web/password.js";
import { answerText } from "../../src/core/web/reply.js";
import { logEvent, status } from "../../src/core/web/status.js";
import { type WebHost, WebStep, type WebSteps } from "../../src/core/web/steps.js";
import { begin, upload } from "../../src/core/web/upload.js";
import { nodeBytes } from "../../src/node/bytes.js";
import { RunBench } from "./core-run.js";
import type { StepPlan } from "./core-steps.js";

export const page = `<!doctype html>${"garden ".repeat(400)}`;

/** An answer taken to pieces. */
export interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export function answerOf(text: string): Answer {
  const end = text.indexOf("\r\n\r\n");
  const [first, ...lines] = text.slice(0, end).split("\r\n");
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(first.split(" ")[1]), headers: new Map(headers), body: text.slice(end + 4) };
}

/** One browser's connection: what goes in, and all that came out. */
export class Visitor {
  out = "";
  closed = false;
  /** Whether the adapter has yet to report that what was sent has left. */
  pending = false;
  readonly connection: WebConnection;

  constructor(
    private readonly bench: WebBench,
    host: WebHost,
  ) {
    const socket = {
      write: (text: string): void => {
        this.out += text;
        this.pending = true;
      },
      end: (text = ""): void => {
        this.out += text;
        this.closed = true;
      },
    };
    this.connection = new WebConnection(host, socket, bench.now);
  }

  /** Bytes arrive, and what is answered leaves. */
  say(text: string | Uint8Array): this {
    this.connection.data(this.bench.now, typeof text === "string" ? text : latin1(text));
    return this.drain();
  }

  drain(): this {
    while (this.pending && !this.closed) {
      this.pending = false;
      this.connection.drain(this.bench.now);
    }
    return this;
  }

  /** Time passes up to `now`, looked at every 50 ms as the agent does. */
  until(now: number): this {
    while (this.bench.now < now) {
      this.bench.now += 50;
      this.connection.tick(this.bench.now, false);
      this.drain();
    }
    return this;
  }

  leave(): void {
    this.connection.closed(this.bench.now);
  }

  get answer(): Answer {
    return answerOf(this.out.replace("HTTP/1.1 100 Continue\r\n\r\n", ""));
  }
}

export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

/** The web update of a board with one valve and the password "dandelion". */
export class WebBench extends RunBench {
  readonly told: HandshakeEvent[] = [];
  readonly limiter = new AttemptLimiter(noAttempts());
  readonly host: WebHost;
  open = false;
  classic = false;
  restartsAfter = true;
  restarted = 0;
  /** Steps that were fetched, and one that finds no memory. */
  readonly fetched: WebStep[] = [];
  lacking: WebStep | undefined;

  constructor(valve: StepPlan = {}) {
    super(valve);
    // The page's bytes are text, as on Espruino.
    const write = this.run.write.bind(this.run);
    this.run.write = (text) => write(nodeBytes.fromText(text as unknown as string));
    const steps = this.steps();
    const bench = this;
    this.host = {
      step<S extends WebStep>(step: S): WebSteps[S] {
        bench.fetched.push(step);
        if (step === bench.lacking) throw new Error("too little memory");
        return steps[step];
      },
      quit: () => void this.restarted++,
      log: { steps: [], error: undefined, done: 0, total: 0, prepared: undefined },
    };
  }

  protected override notified(event: UpdateEvent): void {
    super.notified(event);
    logEvent(this.host.log, event);
  }

  private steps(): WebSteps {
    const notify = (event: HandshakeEvent) => {
      this.told.push(event);
      logEvent(this.host.log, event);
    };
    return {
      [WebStep.Head]: readRequestHead,
      [WebStep.Gate]: (head) =>
        gate({ path: "/update", name: "garden", pageLength: page.length, pageHeaders: "" }, head),
      [WebStep.Password]: (now, credentials, isPost) => {
        const accepts = (user: string, known: string) => user === "admin" && known === "dandelion";
        return password(
          { limiter: this.limiter, isOpen: this.open, accepts, notify },
          now,
          credentials,
          isPost,
        );
      },
      [WebStep.Prepare]: (now, what) => begin(this.run, notify, now, what),
      [WebStep.Status]: (told, now, isPrepare) =>
        status(this.run, false, told, now, isPrepare, this.refuse, '"app":"garden@1.0.0"'),
      [WebStep.Answer]: (what, toUpload) => answerText(what, toUpload && this.classic),
      [WebStep.Page]: (left) => page.slice(page.length - left).slice(0, 1024),
      [WebStep.Upload]: (up, socket, now) => upload(up, socket, now, this.restartsAfter),
      [WebStep.Form]: takeForm,
    };
  }

  visitor(): Visitor {
    return new Visitor(this, this.host);
  }

  /** A request with the password, unless `headers` have another. */
  ask(first: string, headers: readonly string[] = [], body: string | Uint8Array = ""): Visitor {
    return this.visitor()
      .say(requestHead(first, headers, body.length))
      .say(body);
  }
}

export const basic = `Authorization: Basic ${Buffer.from("admin:dandelion").toString("base64")}`;

/** Lines given stand for the usual ones of the same name; a line without a value leaves it out. */
export function requestHead(first: string, headers: readonly string[] = [], length = 0): string {
  const usual = [
    "Host: 192.168.1.7",
    basic,
    ...(first.startsWith("POST") ? [`Content-Length: ${length}`] : []),
  ];
  const nameOf = (line: string): string => line.slice(0, line.indexOf(":")).toLowerCase();
  const given = headers.map(nameOf);
  const lines = [...usual.filter((line) => !given.includes(nameOf(line))), ...headers];
  const kept = lines.filter((line) => !line.endsWith(":"));
  return `${first} HTTP/1.1\r\n${kept.join("\r\n")}\r\n\r\n`;
}

/** A form as browsers send it. */
export function formBody(
  parts: readonly { field: string; file?: string; content: string }[],
  boundary = "----WebKitFormBoundaryAbC123",
): { type: string; body: string } {
  const written = parts.map(({ field, file, content }) => {
    const named = file === undefined ? "" : `; filename="${file}"\r\nContent-Type: application/octet-stream`;
    return `--${boundary}\r\nContent-Disposition: form-data; name="${field}"${named}\r\n\r\n${content}\r\n`;
  });
  return {
    type: `Content-Type: multipart/form-data; boundary=${boundary}`,
    body: `${written.join("")}--${boundary}--\r\n`,
  };
}
