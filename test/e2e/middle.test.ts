import { createSocket, type RemoteInfo, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { uploadImage } from "../../src/host/index.js";
import { md5Of } from "../support/core-bundle.js";
import { type BoardProcess, built, Processes } from "../support/processes.js";
import { RoguePeer } from "../support/rogue-peer.js";
import { agentOf, garden1, garden2, witness } from "../support/test-bundles.js";

/**
 * A neighbour on the owner's network, with sockets of his own between the real uploader and a real board, each a process.
 * All of 127.0.0.0/8 is this computer: the owner and the board are 127.0.0.1, the neighbour has the others.
 */
const password = "dandelion";
const folder = mkdtempSync(join(tmpdir(), "sluice-middle-"));
const file = (name: string) => join(folder, name);
const processes = new Processes();

beforeAll(async () => {
  writeFileSync(file("password"), `${password}\n`);
  writeFileSync(file("agent"), await agentOf());
  writeFileSync(file("garden-1.app"), await garden1());
  writeFileSync(file("garden-2.app"), await garden2());
});

afterAll(async () => {
  await processes.close();
  rmSync(folder, { recursive: true, force: true });
});

async function board(mode: "strict" | "lax"): Promise<{ board: BoardProcess; port: number }> {
  const flags = [
    "--agent",
    file("agent"),
    "--app",
    file("garden-1.app"),
    "--password-file",
    file("password"),
  ];
  const started = processes.board(...flags, ...(mode === "strict" ? ["--strict-auth"] : []));
  return { board: started, port: (await started.ready()).port };
}

function upload(address: string, port: number): ReturnType<Processes["run"]> {
  return processes.run(
    "upload",
    file("garden-2.app"),
    "--to",
    `${address}:${port}`,
    "--password-file",
    file("password"),
  );
}

async function udp(address: string): Promise<UdpSocket> {
  const socket = createSocket("udp4");
  socket.bind(0, address);
  await once(socket, "listening");
  return socket;
}

type Invitations = (words: string) => readonly string[];
type Answers = (answer: string, words: string) => readonly string[];

/** Plays the board for the owner and the owner for the board, with an image of his own. */
class Relay {
  readonly #server: Server = createServer();
  connections = 0;

  private constructor(
    readonly toOwner: UdpSocket,
    private readonly toBoard: UdpSocket,
    private readonly boardPort: number,
    private readonly image: Uint8Array,
  ) {}

  /**
   * @param invite what he sends to the board, given the line of his own image
   * @param pass what he makes of the owner's answer
   */
  static async open(
    boardPort: number,
    image: Uint8Array,
    invite: Invitations,
    pass: Answers,
  ): Promise<Relay> {
    const relay = new Relay(await udp("127.0.0.66"), await udp("127.0.0.66"), boardPort, image);
    relay.#server.on("connection", (socket) => {
      relay.connections++;
      socket.on("error", () => undefined);
      socket.write(image);
    });
    relay.#server.listen(0, "127.0.0.66");
    await once(relay.#server, "listening");
    relay.#run(invite, pass);
    return relay;
  }

  close(): void {
    this.toOwner.close();
    this.toBoard.close();
    this.#server.close();
  }

  #run(invite: Invitations, pass: Answers): void {
    const { port } = this.#server.address() as AddressInfo;
    const words = `0 ${port} ${this.image.length} ${md5Of(this.image)}\n`;
    let owner: RemoteInfo | undefined;
    const send = (text: string): void => this.toBoard.send(text, this.boardPort, "127.0.0.1");
    this.toOwner.on("message", (data, from) => {
      owner = from;
      const text = data.toString("latin1");
      for (const one of text.startsWith("200 ") ? pass(text, words) : invite(words)) send(one);
    });
    this.toBoard.on("message", (data) => {
      if (owner !== undefined) this.toOwner.send(data, owner.port, owner.address);
    });
  }
}

const modern = "gap=0 bound=1\n";
const plain = (answer: string) => `${answer.split("\n")[0]}\n`;

describe.skipIf(!built)("a neighbour between the owner and the board", () => {
  const ways: readonly (readonly [string, Invitations, Answers])[] = [
    ["passes everything on", (words) => [words + modern], (answer) => [answer]],
    [
      "claims that the answer is for his image",
      (words) => [words + modern],
      (answer, words) => [plain(answer) + words + modern],
    ],
    ["invites as espota.py does", (words) => [words], (answer) => [plain(answer), answer]],
  ];

  test.each(["strict", "lax"] as const)(
    "installs nothing of his, whatever he makes of the answer: %s",
    async (mode) => {
      const { port, board: victim } = await board(mode);
      const relays: Relay[] = [];
      const ends = ways.map(async ([what, invite, pass]) => {
        const relay = await Relay.open(port, await witness("9.9.9"), invite, pass);
        relays.push(relay);
        const to = { host: "127.0.0.66", port: relay.toOwner.address().port };
        const deadlines = { invitation: 2000, auth: 2000 };
        const error = await uploadImage({ image: await garden2(), to, password, deadlines }).catch(
          (why) => why,
        );
        return [what, error?.code];
      });
      const refused = expect.stringMatching(/^(NO_AUTH_ANSWER|AUTH_FAILED)$/);
      expect(await Promise.all(ends)).toEqual(ways.map(([what]) => [what, refused]));
      for (const relay of relays) relay.close();
      expect(relays.map(({ connections }) => connections)).toEqual([0, 0, 0]);
      expect(victim.lines.filter((line) => /authenticated|committed/.test(line))).toEqual([]);
      expect((await upload("127.0.0.1", port)).code).toBe(0);
    },
  );

  test("installs his image where the owner's uploader binds nothing: what a lax board cannot prevent", async () => {
    const { port, board: victim } = await board("lax");
    const relay = await Relay.open(
      port,
      await witness("9.9.9"),
      (words) => [words],
      (answer) => [answer],
    );
    const image = await garden2();
    const owner = await RoguePeer.open({ host: "127.0.0.66", port: relay.toOwner.address().port });
    await owner.enter(image.length, md5Of(image), password);
    await victim.line((line) => /committed.*witness@9\.9\.9/.test(line));
    relay.close();
    await owner.close();
  });
});

describe.skipIf(!built)("a neighbour who sees nothing of the owner's datagrams", () => {
  test.each(["strict", "lax"] as const)(
    "does not lock him out with what he sends in anybody's name: %s",
    async (mode) => {
      const { port, board: victim } = await board(mode);
      const image = await garden1();
      // From the owner's address as well. That the answers arrive here is not made use of.
      const sockets: UdpSocket[] = [];
      for (const address of ["127.0.0.1", "127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.66"])
        sockets.push(await udp(address));
      const flood = (): void => {
        for (const socket of sockets)
          for (const words of ["\n", `\n${modern}`]) {
            const invitation = `0 4000 ${image.length} ${md5Of(image)}${words}`;
            const answer = `200 ${"a".repeat(32)} ${"b".repeat(32)}\n`;
            for (const text of [invitation, answer, answer + invitation])
              socket.send(text, port, "127.0.0.1");
          }
      };
      for (let i = 0; i < 10; i++) flood();
      const flooding = setInterval(flood, 200);
      const { code, err } = await upload("127.0.0.1", port).finally(() => clearInterval(flooding));
      for (const socket of sockets) socket.close();
      expect([code, err]).toEqual([0, expect.stringMatching(/Done in /)]);
      expect(victim.lines.some((line) => line.includes("committed"))).toBe(true);
    },
  );
});

describe.skipIf(!built)("who has the board's address and connects before the board has answered", () => {
  test("gets no byte of the image, and the upload does not succeed", async () => {
    const silent = await udp("127.0.0.1");
    let received = "";
    let connections = 0;
    silent.on("message", (data) => {
      const socket = connect(Number(data.toString("latin1").split(" ")[1]), "127.0.0.1");
      connections++;
      socket.on("error", () => undefined);
      socket.on("data", (piece) => {
        received += piece.toString("latin1");
        socket.write("OK");
      });
    });
    const { code, err } = await upload("127.0.0.1", silent.address().port);
    silent.close();
    expect([code, received]).toEqual([1, ""]);
    expect(connections).toBeGreaterThan(1);
    expect(err).toMatch(/^NO_ANSWER: /m);
  });

  test("gets no byte of the image by saying OK without a challenge either", async () => {
    const bold = await udp("127.0.0.1");
    let received = "";
    bold.on("message", (data, from) => {
      bold.send("OK", from.port, from.address);
      const socket = connect(Number(data.toString("latin1").split(" ")[1]), "127.0.0.1");
      socket.on("error", () => undefined);
      socket.on("data", (piece) => {
        received += piece.toString("latin1");
        socket.write("OK");
      });
    });
    const { code, err } = await upload("127.0.0.1", bold.address().port);
    bold.close();
    expect([code, received]).toEqual([1, ""]);
    expect(err).toMatch(/^NOT_ASKED: /m);
  });
});
