import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../src/node/package-root.js";
import { gardenApp } from "../server/support/images.js";
import { guarded, lines, sharedToken, sluiceRequest, split, startRig } from "../server/support/rig.js";
import { FakeDevice } from "../support/fake-device.js";
import { buildEsp32 } from "../support/images.js";
import { built } from "../support/processes.js";
import { sluice } from "../support/run-verb.js";

// The commands of the pages for other people's tools, filled in as those tools fill them in.
const root = packageRoot();
const image = buildEsp32();
let folder: string;
let path: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice recipes-"));
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const command = `exec "${process.execPath}" "${join(root, "bin/sluice.js")}"`;
  writeFileSync(join(bin, "sluice"), `#!/bin/sh\n${command} "$@"\n`);
  writeFileSync(join(bin, "npx"), `#!/bin/sh\nshift\n${command} "$@"\n`);
  for (const name of ["sluice", "npx"]) chmodSync(join(bin, name), 0o755);
  path = `${bin}:${process.env.PATH}`;
  writeFileSync(join(folder, "sketch.bin"), image);
  writeFileSync(join(folder, "ota.password"), "two words\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Settings of the first fenced block of `page` in `language` that has one named `has`. */
function settings(page: string, language: string, has: string): Record<string, string> {
  const text = readFileSync(join(root, "docs", page), "utf8");
  for (const [, block = ""] of text.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g"))) {
    const found = Object.fromEntries(
      [...block.matchAll(/^\s*([\w.]+) ?= ?(.*)$/gm)].map(([, name, value]) => [name, value]),
    );
    if (has in found) return found;
  }
  throw new Error(`${page} has no ${has}`);
}

async function runLine(line: string): Promise<void> {
  await promisify(execFile)("sh", ["-c", line], {
    cwd: folder,
    env: { ...process.env, PATH: path },
    timeout: 60_000,
  });
}

/** Runs a line that sends `sketch.bin` to a device, and compares what came. */
async function sends(line: (port: number) => string): Promise<void> {
  const device = await FakeDevice.start({ invitation: () => ["AUTH 25d55ad283aa400af464c76d713c07ad"] });
  try {
    await runLine(line(device.port));
    expect(device.image.equals(image)).toBe(true);
  } finally {
    await device.stop();
  }
}

test.runIf(built)("docs/arduino-ide.md: the line that the IDE makes", async () => {
  const local = settings("arduino-ide.md", "properties", "tools.esp_ota.upload.pattern");
  await sends((port) =>
    local["tools.esp_ota.upload.pattern"]
      .replace("{cmd}", local["tools.esp_ota.cmd"])
      .replace("{upload.port.address}", "127.0.0.1")
      .replace("{upload.port.properties.port}", `${port}`)
      .replace("{upload.field.password}", "two words")
      .replace("{build.path}/{build.project_name}.bin", join(folder, "sketch.bin")),
  );
});

test.runIf(built)("docs/platformio.md: upload_command", async () => {
  const { upload_command: command = "" } = settings("platformio.md", "ini", "upload_command");
  expect(command).toContain("$UPLOAD_PORT:3232 ");
  await sends((port) =>
    command.replace("$SOURCE", "sketch.bin").replace("$UPLOAD_PORT:3232", `127.0.0.1:${port}`),
  );
});

test.runIf(built && process.env.ESPOTA_ESP32)(
  "docs/platformio.md: upload_flags, with espota.py itself",
  async () => {
    const { upload_protocol } = settings("platformio.md", "ini", "upload_flags");
    expect(upload_protocol).toBe("espota");
    await sends(
      (port) =>
        `python3 "${process.env.ESPOTA_ESP32}" --debug --progress -i 127.0.0.1 --port=${port} --auth=secret -f sketch.bin`,
    );
  },
);

test.runIf(built)("docs/raspberry-pi.md: the unit's ExecStart serves images", async () => {
  const unit = settings("raspberry-pi.md", "ini", "ExecStart");
  const images = join(folder, "images");
  mkdirSync(images);
  writeFileSync(join(folder, "tokens.txt"), "0123456789abcdef0123\n", { mode: 0o600 });
  expect(unit["ReadWritePaths"]).toBe("/var/lib/sluice/images");
  const line = `${unit["ExecStart"].replaceAll("/var/lib/sluice", '"$HOME"')} --port 0 --bind 127.0.0.1 --json`;
  const server: ChildProcess = spawn("sh", ["-c", `exec ${line}`], {
    env: { ...process.env, PATH: path, HOME: folder, DATABASE_URL: "" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [first] = await once(server.stdout as NodeJS.ReadableStream, "data", {
      signal: AbortSignal.timeout(30_000),
    });
    expect(String(first)).toMatch(/127\.0\.0\.1|:\d+/);
  } finally {
    const gone = once(server, "exit");
    server.kill();
    await gone;
  }
});

test.runIf(existsSync("/usr/bin/systemd-analyze"))(
  "docs/raspberry-pi.md: systemd takes the unit",
  async () => {
    const text = readFileSync(join(root, "docs/raspberry-pi.md"), "utf8");
    const [, unit = ""] = /```ini\n(\[Unit\][\s\S]*?)```/.exec(text) ?? [];
    expect(unit).toContain("[Install]");
    const file = join(mkdtempSync(join(tmpdir(), "sluice-unit-")), "sluice.service");
    writeFileSync(file, unit.replace("User=sluice", "User=root"));
    await promisify(execFile)("systemd-analyze", ["verify", "--man=no", file], { timeout: 30_000 });
    rmSync(join(file, ".."), { recursive: true });
  },
);

test("docs/home-assistant.md: the sensor's address has what it names", async () => {
  const page = readFileSync(join(root, "docs/home-assistant.md"), "utf8");
  const [, path = "", mac = ""] =
    /resource: http:\/\/[\d.]+:8266(\/api\/devices\/([\dA-F:]+))\n/.exec(page) ?? [];
  const [, attributes = ""] = /json_attributes: \[(.*)\]/.exec(page) ?? [];
  const named = [...page.matchAll(/value_json\.(\w+)/g)]
    .map(([, name]) => name)
    .concat(attributes.split(", "));
  expect(named).toContain("version");
  const rig = await startRig({ secrets: guarded });
  try {
    const extra = [`Authorization: Bearer ${sharedToken}`];
    rig.put("garden.app", gardenApp);
    await rig.raw(sluiceRequest({ mac, version: "1.2.0", extra }));
    const answer = split(
      await rig.raw(lines(`GET ${path} HTTP/1.1`, "Host: x", `Authorization: Bearer ${sharedToken}`)),
    );
    const device = JSON.parse(answer.body.toString());
    for (const name of named) expect(device[name], name).toEqual(expect.any(String));
    expect(device.version).toBe("1.2.0");
  } finally {
    await rig.stop();
  }
  const [, command = ""] = /update_garden: sluice upload (.*)/.exec(page) ?? [];
  const help = await sluice("upload", "--help");
  for (const [flag] of command.matchAll(/--[a-z-]+/g)) expect(help.out).toContain(flag);
});
