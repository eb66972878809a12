import { createHash } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { authResponse } from "../../src/host/espota/handshake.js";
import { type TimedUploadEvent, UploadError, type UploadOptions, uploadImage } from "../../src/host/index.js";
import { acknowledgeAll, FakeDevice, type FakeDeviceScript, takeSilently } from "../support/fake-device.js";

const image = Buffer.from(Array.from({ length: 10_000 }, (_, i) => (i * 7) & 255));
/** Not all of it may be under way at once. */
const long = Buffer.alloc(50_000);
const nonce = "25d55ad283aa400af464c76d713c07ad";
const longNonce = createHash("sha256").update("12345678").digest("hex");

interface Outcome {
  readonly device: FakeDevice;
  readonly events: TimedUploadEvent[];
  readonly error: UploadError | undefined;
}

/** One upload of `image` to a fake board on the loopback. */
async function upload(script: FakeDeviceScript, options: Partial<UploadOptions> = {}): Promise<Outcome> {
  const device = await FakeDevice.start(script);
  const events: TimedUploadEvent[] = [];
  try {
    await uploadImage({
      image,
      to: { host: "127.0.0.1", port: device.port },
      onEvent: (event) => events.push(event),
      ...options,
    });
    return { device, events, error: undefined };
  } catch (error) {
    if (!(error instanceof UploadError)) throw error;
    expect(events.at(-1)).toMatchObject({ event: "failed", code: error.code });
    return { device, events, error };
  } finally {
    await device.stop();
  }
}

function names(events: readonly TimedUploadEvent[]): string[] {
  return events.map((event) => event.event).filter((name) => name !== "progress");
}

/** A board that keeps `password` and proves that the answer fits. */
function guarded(nonces: readonly string[], password: string, kept: "md5" | "sha256"): FakeDeviceScript {
  let failures = 0;
  // An invitation that is repeated gets the same challenge, as from a board.
  const challenge = () => nonces[Math.min(failures, nonces.length - 1)];
  return {
    invitation: () => [`AUTH ${challenge()}`],
    auth: (_n, cnonce, response) => {
      if (response === authResponse(challenge(), cnonce, password, kept)) return ["OK"];
      failures++;
      return ["Authentication Failed"];
    },
  };
}

describe("a board that takes it", () => {
  test.concurrent("without a password", async () => {
    const { device, events, error } = await upload({});
    expect(error).toBeUndefined();
    expect(device.image.equals(image)).toBe(true);
    const md5 = createHash("md5").update(image).digest("hex");
    expect(device.invitations[0]).toMatch(new RegExp(`^0 \\d+ 10000 ${md5}\\ngap=0 bound=1\\n$`));
    expect(names(events)).toEqual(["invited", "waiting", "connected", "sent", "result"]);
  });

  test.concurrent("a filesystem is command 100, and the chunk is what was asked for", async () => {
    const { device, events } = await upload({}, { filesystem: true, chunk: 1024 });
    expect(device.invitations[0]).toMatch(/^100 /);
    const sent = events.flatMap((event) => (event.event === "progress" ? [event.sent] : []));
    expect(sent.slice(0, 4)).toEqual([0, 1024, 2048, 3072]);
  });

  test.concurrent("MD5 authentication, from one UDP socket", async () => {
    const { device, events, error } = await upload(guarded([nonce], "admin", "md5"), { password: "admin" });
    expect(error).toBeUndefined();
    expect(device.sources.size).toBe(1);
    expect(events).toContainEqual(expect.objectContaining({ event: "authenticated", dialect: "md5" }));
  });

  test.concurrent("PBKDF2 authentication", async () => {
    const { error } = await upload(guarded([longNonce], "admin", "sha256"), { password: "admin" });
    expect(error).toBeUndefined();
  });

  test.concurrent("PBKDF2 authentication with a password kept as MD5", async () => {
    const script = guarded([longNonce, "ab".repeat(32)], "admin", "md5");
    const { device, error } = await upload(script, { password: "admin" });
    expect(error).toBeUndefined();
    expect(device.sources.size).toBe(1);
  });

  test.concurrent("the password is asked for only when the board asks", async () => {
    const asked: number[] = [];
    const askPassword = async (attempt: number): Promise<string> => {
      asked.push(attempt);
      return attempt === 1 ? "typo" : "admin";
    };
    const open = await upload({}, { askPassword });
    expect([open.error, asked]).toEqual([undefined, []]);
    const closed = await upload(guarded([nonce, "1".repeat(32)], "admin", "md5"), { askPassword });
    expect([closed.error, asked]).toEqual([undefined, [1, 2]]);
  });

  test.concurrent("all acknowledgements merged into one", async () => {
    const { error } = await upload(
      { transfer: (socket, invited) => takeSilently(socket, invited, (done) => done.end("10000OK")) },
      { deadlines: { firstAck: 30 } },
    );
    expect(error).toBeUndefined();
  });

  test.concurrent("no acknowledgement at all", async () => {
    const { error, device } = await upload(
      { transfer: (socket, invited) => takeSilently(socket, invited, (done) => done.end("OK")) },
      { deadlines: { firstAck: 30 } },
    );
    expect(error).toBeUndefined();
    expect(device.image.equals(image)).toBe(true);
  });

  test.concurrent("answers that come twice", async () => {
    const { error } = await upload({ invitation: () => ["OK", "OK"] });
    expect(error).toBeUndefined();
  });

  test.concurrent("try again in N s", async () => {
    const { device, events, error } = await upload({
      invitation: (n) => [n === 1 ? "ERR: closing valve 2, try again in 1 s\n" : "OK"],
    });
    expect(error).toBeUndefined();
    expect(device.invitations[1]).toBe(device.invitations[0]);
    expect(events).toContainEqual(expect.objectContaining({ event: "retry", after: 1, attempt: 1 }));
  });

  test.concurrent("try again in N s, on the connection", async () => {
    const { device, error } = await upload({
      transfer: (socket, invited, n) => {
        if (n === 1) socket.end("ERROR[17]: closing valve 2, try again in 1 s\n");
        else acknowledgeAll(socket, invited);
      },
    });
    expect(error).toBeUndefined();
    expect(device.image.equals(image)).toBe(true);
  });
});

describe("a board that does not", () => {
  const silent = (socket: Socket): void => {
    socket.resume();
  };
  const cases: readonly [string, FakeDeviceScript, Partial<UploadOptions>, string][] = [
    ["is silent to the invitation", { invitation: () => [] }, {}, "NO_ANSWER"],
    ["refuses", { invitation: () => ["ERR: ERROR[4]: Not Enough Space\n"] }, {}, "NOT_ENOUGH_SPACE"],
    ["speaks another language", { invitation: () => ["\x00\xff"] }, {}, "BAD_ANSWER"],
    ["wants a password and gets none", guarded([nonce], "admin", "md5"), {}, "PASSWORD_NEEDED"],
    ["wants another password", guarded([nonce], "admin", "md5"), { password: "nope" }, "AUTH_FAILED"],
    [
      "is silent to the password",
      { invitation: (n) => [`AUTH ${String(n).repeat(32)}`], auth: () => [] },
      { password: "admin" },
      "NO_AUTH_ANSWER",
    ],
    ["says yes and does not connect", { connect: () => {} }, {}, "NO_CONNECT_BACK"],
    ["connects and is silent", { transfer: silent }, {}, "NO_RESULT"],
    [
      "stops acknowledging",
      { transfer: (socket) => socket.once("data", () => socket.write("1460")) },
      {},
      "PEER_SILENT",
    ],
    [
      "closes in the middle",
      { transfer: (socket) => socket.once("data", () => socket.end("1460")) },
      {},
      "CONNECTION_LOST",
    ],
    [
      "resets in the middle",
      { transfer: (socket) => socket.once("data", () => socket.resetAndDestroy()) },
      { image: long },
      "CONNECTION_LOST",
    ],
    [
      "closes without a result",
      { transfer: (socket, invited) => acknowledgeAll(socket, invited, 1, (done) => done.end()) },
      {},
      "NO_RESULT",
    ],
    [
      "resets without a result",
      { transfer: (socket, invited) => acknowledgeAll(socket, invited, 1, (done) => done.resetAndDestroy()) },
      {},
      "NO_RESULT",
    ],
    [
      "glues its error to the last number",
      {
        transfer: (socket, invited) =>
          takeSilently(socket, invited, (done) => done.end("1240ERROR[7]: MD5 verification failed: x\n")),
      },
      {},
      "MD5_MISMATCH",
    ],
    [
      "fails in the middle",
      { transfer: (socket) => socket.once("data", () => socket.end("ERROR[1]: Flash Write Failed\n")) },
      {},
      "FLASH_WRITE_FAILED",
    ],
    [
      "says OK too early",
      { transfer: (socket) => socket.once("data", () => socket.end("1460OK")) },
      { image: long },
      "BAD_ANSWER",
    ],
  ];
  // Long enough for a machine that does much else: whoever answers in time must not be taken for silent.
  const deadlines = {
    ...{ invitationRetry: 100, invitation: 500, auth: 500, connectBack: 500 },
    ...{ firstAck: 250, ack: 1000, result: 1000, errorText: 500 },
  };

  test.concurrent.each(cases)("%s", async (_name, script, options, code) => {
    const { error, device } = await upload(script, { deadlines, ...options });
    expect(error?.code).toBe(code);
    expect(error?.remedy).not.toBe("");
    expect(device.sources.size).toBe(1);
  });

  test.concurrent("asks for patience when nobody wants to wait", async () => {
    const { error } = await upload({ invitation: () => ["ERR: try again in 9 s\n"] }, { retries: 0 });
    expect(error?.code).toBe("BOARD_REFUSED");
  });
});

describe("this computer", () => {
  test.runIf(process.platform === "linux")("drops strangers and waits for the board", async () => {
    const { device, events, error } = await upload({
      connect: (invited, board) => {
        const stranger = connect({ host: "127.0.0.1", port: invited.hostPort, localAddress: "127.0.0.2" });
        stranger.on("error", () => {});
        stranger.on("close", () => board.connectBack(invited));
      },
    });
    expect(error).toBeUndefined();
    expect(device.image.equals(image)).toBe(true);
    expect(events).toContainEqual(expect.objectContaining({ event: "stranger", address: "127.0.0.2" }));
  });

  test.concurrent("takes one connection only", async () => {
    const { events, error } = await upload({
      transfer: (socket, invited, n) => {
        acknowledgeAll(socket, invited, n, (done) => {
          const second = connect({ host: "127.0.0.1", port: invited.hostPort });
          second.on("error", () => {});
          second.on("close", () => done.end("OK"));
        });
      },
    });
    expect(error).toBeUndefined();
    expect(names(events).filter((name) => name === "stranger")).toHaveLength(1);
  });

  test.concurrent("uses the port it is told, and says so when that is taken", async () => {
    const server = createServer();
    server.listen({ host: "127.0.0.1", port: 0 });
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const device = await FakeDevice.start();
    const to = { host: "127.0.0.1", port: device.port, hostIp: "127.0.0.1", hostPort: port };
    await expect(uploadImage({ image, to })).rejects.toMatchObject({ code: "LISTEN_FAILED", stage: "setup" });
    server.close();
    await once(server, "close");
    const result = await uploadImage({ image, to });
    expect(result).toMatchObject({ hostPort: port, hostAddress: "127.0.0.1", size: 10_000 });
    expect(device.invitations[0]).toContain(` ${port} `);
    await device.stop();
  });

  test.concurrent("knows a name that does not exist", async () => {
    const to = { host: "no-such-board.invalid", port: 3232 };
    await expect(uploadImage({ image, to })).rejects.toMatchObject({ code: "UNKNOWN_HOST" });
  });

  test.concurrent("says when nothing listens on the board's port", async () => {
    const device = await FakeDevice.start();
    await device.stop();
    const deadlines = { invitationRetry: 20, invitation: 200 };
    const upload = uploadImage({ image, to: { host: "127.0.0.1", port: device.port }, deadlines });
    await expect(upload).rejects.toThrow(/nothing listens on the port/);
  });

  test.concurrent("sends no empty image", async () => {
    const upload = uploadImage({ image: new Uint8Array(0), to: { host: "127.0.0.1", port: 3232 } });
    await expect(upload).rejects.toMatchObject({ code: "EMPTY_IMAGE" });
  });

  test.concurrent("can be cancelled in the middle", async () => {
    const cancel = new AbortController();
    const { error } = await upload(
      { transfer: (socket) => socket.once("data", () => cancel.abort()) },
      { signal: cancel.signal },
    );
    expect(error?.code).toBe("UPLOAD_CANCELLED");
  });
});
