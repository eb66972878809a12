import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runEspota } from "../../src/cli/espota.js";
import { acknowledgeAll, FakeDevice, type FakeDeviceScript, takeSilently } from "../support/fake-device.js";

const nonce = "25d55ad283aa400af464c76d713c07ad";
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-espota-"));
  for (const [name, size] of Object.entries({ "small.bin": 10_000, "two.bin": 2920, "tiny.bin": 64 }))
    await writeFile(join(folder, name), Buffer.alloc(size, 1));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function espota(...args: string[]): Promise<Said> {
  const said = { out: "", err: "" };
  const code = await runEspota(args, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    deadlines: { invitationRetry: 50, invitation: 150, auth: 100, connectBack: 100, ack: 1000, result: 1000 },
  });
  return { code, ...said };
}

async function against(script: FakeDeviceScript, file: string, ...args: string[]): Promise<Said> {
  const device = await FakeDevice.start(script);
  try {
    return await espota("-i", "127.0.0.1", "-p", String(device.port), "-f", join(folder, file), ...args);
  } finally {
    await device.stop();
  }
}

/** What the real espota.py printed in the recorded scenario. */
function recorded(title: string): { code: number; err: string } {
  const all = readFileSync(new URL("../vectors/espota-transcripts.txt", import.meta.url), "utf8");
  const scenario = all.split("\n##### ").find((part) => part.startsWith(`espota.py -> ${title}`)) ?? "";
  const code = /espota exit code = (\d+)/.exec(scenario);
  const err = /espota stderr: ([\s\S]*?)(?:\n {2}device log:|$)/.exec(scenario);
  if (!code || !err) throw new Error(`no scenario ${title}`);
  return { code: Number(code[1]), err: plain(err[1]) };
}

/** Times, ports and paths differ from run to run; the recorder shows \r as ~ and blank lines as it pleases. */
function plain(text: string): string {
  return text
    .replace(/\d\d:\d\d:\d\d \[/g, "TIME [")
    .replace(/('(?:esp|host)_port': |0\.0\.0\.0:)\d+/g, "$1PORT")
    .replace(/'[^']*\/(\w+\.bin)'/g, "'$1'")
    .replace(/[~\r\n]+/g, "\n")
    .trim();
}

const asks: FakeDeviceScript["invitation"] = () => [`AUTH ${nonce}`];

describe("says what espota.py says", () => {
  const cases: readonly [string, FakeDeviceScript, string, readonly string[]][] = [
    ["fake device: no password, success", {}, "small.bin", []],
    ["fake device: success, -r progress bar and -d debug", {}, "two.bin", ["-r", "-d"]],
    ["fake device: auth ok", { invitation: asks, auth: () => ["OK"] }, "small.bin", ["-a", "admin"]],
    [
      "fake device: auth wrong password",
      { invitation: asks, auth: () => ["Authentication Failed"] },
      "tiny.bin",
      ["--auth=wrong"],
    ],
    [
      "fake device: auth asked but no -a given",
      { invitation: asks, auth: () => ["Authentication Failed"] },
      "tiny.bin",
      [],
    ],
    ["fake device: filesystem -s", {}, "tiny.bin", ["-s"]],
    ["fake device: device never answers UDP", { invitation: () => [] }, "tiny.bin", []],
    ["fake device: device says OK but never connects", { connect: () => {} }, "tiny.bin", []],
    [
      "REAL ArduinoOTA (host build): not enough space",
      { invitation: () => ["ERR: ERROR[4]: Not Enough Space\n"] },
      "small.bin",
      [],
    ],
  ];
  test.concurrent.each(cases)("%s", async (title, script, file, args) => {
    const said = await against(script, file, ...args);
    expect({ code: said.code, err: plain(said.err) }).toEqual(recorded(title));
    expect(said.out).toBe("");
  });

  // It writes further ahead than espota.py did, so the dots before the error are not counted.
  const failing: readonly [string, FakeDeviceScript, string][] = [
    [
      "fake device: device stalls",
      { transfer: (socket) => socket.once("data", () => socket.write("1460")) },
      "small.bin",
    ],
    [
      "fake device: device drops TCP",
      { transfer: (socket) => socket.once("data", () => socket.resetAndDestroy()) },
      "small.bin",
    ],
  ];
  test.concurrent.each(failing)("%s", async (title, script, file) => {
    const said = await against(script, file);
    const undotted = (text: string) => text.replace(/\.+/, "…");
    const { code, err } = recorded(title);
    expect([said.code, undotted(plain(said.err))]).toEqual([code, undotted(err)]);
  });
});

describe("does better where espota.py is at a loss", () => {
  test.concurrent("the last number and OK in one segment (espota.py: hangs)", async () => {
    const script: FakeDeviceScript = {
      transfer: (socket, invited) => takeSilently(socket, invited, (done) => done.end("2920OK")),
    };
    const said = await against(script, "two.bin");
    expect(said).toMatchObject({ code: 0, err: "Uploading..\n" });
    expect(recorded("fake device: last number and OK merged").code).toBe(124);
  });

  test.concurrent("the whole error text, glued to the last number or not", async () => {
    const text =
      "ERROR[7]: MD5 verification failed: expected: 06b358da08d4599987fe80ba1f99db87, calculated: 1";
    const script: FakeDeviceScript = {
      transfer: (socket, invited) => takeSilently(socket, invited, (done) => done.end(`64${text}\n`)),
    };
    const said = await against(script, "tiny.bin");
    const { code, err } = recorded("fake device: MD5 error at end");
    expect(said.code).toBe(code);
    expect(plain(said.err).startsWith(err)).toBe(true);
    expect(said.err).toContain(text);
  });

  test.concurrent("an end without a result (espota.py: hangs)", async () => {
    const script: FakeDeviceScript = {
      transfer: (socket, invited, n) => acknowledgeAll(socket, invited, n, (done) => done.end()),
    };
    const said = await against(script, "tiny.bin");
    expect([said.code, plain(said.err)]).toEqual([1, "Uploading.\nTIME [ERROR]: No Result!"]);
  });

  test.concurrent("a board that does not answer to the password", async () => {
    const script: FakeDeviceScript = {
      invitation: (n) => [`AUTH ${String(n).repeat(32)}`],
      auth: () => [],
    };
    const said = await against(script, "tiny.bin", "-a", "admin");
    expect([said.code, plain(said.err)]).toEqual([
      1,
      "Authenticating...FAIL\nTIME [ERROR]: No Answer to our Authentication",
    ]);
  });

  test.concurrent("-d does not show the password", async () => {
    const said = await against({}, "tiny.bin", "-d", "-a", "s3cret");
    expect(said.err).toContain("'auth': '***'");
    expect(said.err).not.toContain("s3cret");
  });
});

test.concurrent("FILE.signed is sent in FILE's place", async () => {
  const file = join(folder, "plain.bin");
  await writeFile(file, "plain");
  await writeFile(`${file}.signed`, "signed");
  const device = await FakeDevice.start();
  const said = await espota("-i", "127.0.0.1", "-p", String(device.port), "-f", file);
  await device.stop();
  expect(said.code).toBe(0);
  expect(said.err).toBe(`Detected Signed Update. ${file}.signed will be uploaded instead.\nUploading.\n`);
  expect(device.image.toString()).toBe("signed");
});

describe("calls", () => {
  test("without address or file", async () => {
    const said = await espota("-i", "10.0.0.7");
    expect([said.code, plain(said.err)]).toEqual([1, "TIME [CRITICAL]: Not enough arguments."]);
  });

  test("that optparse refuses", async () => {
    const said = await espota("-x");
    expect(said).toEqual({
      code: 2,
      out: "",
      err: "Usage: sluice espota [options]\n\nsluice espota: error: no such option: -x\n",
    });
  });

  test("for help go to stdout and name every option", async () => {
    const said = await espota("--help");
    expect([said.code, said.err]).toEqual([0, ""]);
    for (const name of ["--ip=", "--host_ip=", "--port=", "--host_port=", "--auth=", "--file=", "--spiffs"])
      expect(said.out).toContain(name);
  });

  test("with a file that is not there, or a port that cannot be", async () => {
    const missing = await espota("-i", "127.0.0.1", "-f", join(folder, "none.bin"));
    expect([missing.code, missing.err]).toEqual([1, expect.stringMatching(/\[ERROR\]: .*none\.bin/)]);
    const port = await espota("-i", "127.0.0.1", "-f", join(folder, "tiny.bin"), "-P", "70000");
    expect([port.code, plain(port.err)]).toEqual([1, "TIME [ERROR]: Listen Failed"]);
  });
});
