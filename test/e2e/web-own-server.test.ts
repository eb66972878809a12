import { connect } from "node:net";
import { expect, test } from "vitest";
import { webPage } from "../../src/espruino/build/web-page.js";
import { withBoard } from "../support/garden-board.js";
import { bundleOf, witness } from "../support/test-bundles.js";
import { formBody, latin1 } from "../support/web-bench.js";
import { basic, password } from "../support/web-board.js";

const success = '<META http-equiv="refresh" content="15;URL=/">Update Success! Rebooting...';

test.concurrent("an application's own server carries the page, as it comes and goes, and its own pages beside it", async () => {
  const app = await bundleOf("test/devs-fixtures/web", "own-server.json");
  await withBoard({ app, password, speed: 10 }, async (garden) => {
    await garden.ready();
    expect(garden.all("listening").filter(({ protocol }) => protocol === "tcp")).toMatchObject([
      { port: 80 },
    ]);
    const { hostPort } = await garden.wait("listening", { protocol: "tcp", port: 80 });
    await garden.wait("note");
    const call = (path: string, init: RequestInit = {}, name = `admin:${password}`) =>
      fetch(`http://127.0.0.1:${hostPort}${path}`, {
        ...init,
        headers: { authorization: `Basic ${Buffer.from(name).toString("base64")}`, ...init.headers },
      });
    const update = "/admin/update";
    for (const path of ["/", "/update", "/admin", `${update}s`, "/admin/?x=/admin/update"])
      expect(await (await call(path)).text()).toBe(`the application, ${path}`);
    expect((await call(update, {}, "admin:daisy")).status).toBe(401);
    expect(await (await call(update)).text()).toBe(await webPage());
    expect(await (await call(`${update}/status`)).json()).toMatchObject({ app: "web@1.0.0", state: "idle" });
    const evil = await call(update, {
      method: "POST",
      body: "x",
      headers: { origin: "http://evil.example" },
    });
    expect(evil.status).toBe(403);
    const image = Buffer.from(await witness("2.0.0"));
    const damaged = Buffer.from(image);
    damaged[image.length - 5] ^= 1;
    const refused = await call(update, { method: "POST", body: damaged });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringMatching(/^ERROR\[20\]/)]);
    const form = new FormData();
    form.append("app", new Blob([new Uint8Array(image)]), "witness.app");
    const good = await call(update, { method: "POST", body: form });
    expect([good.status, await good.text()]).toEqual([200, success]);
    expect(await garden.wait("confirmed")).toMatchObject({ app: "witness@2.0.0" });
  });
});

test.concurrent("what the engine takes for headers, though it stands in the body, decides nothing", async () => {
  const app = await bundleOf("test/devs-fixtures/web", "own-server.json");
  await withBoard({ app, password, speed: 10 }, async (garden) => {
    await garden.ready();
    const { hostPort } = await garden.wait("listening", { protocol: "tcp", port: 80 });
    await garden.wait("note");
    /** Head and body in one write. @returns the status line */
    const said = async (lines: readonly string[], body: string): Promise<string> => {
      const socket = connect(Number(hostPort), "127.0.0.1");
      const got = new Promise<string>((resolve, reject) => {
        socket.on("data", (data) => resolve(data.toString("latin1").split("\r\n")[0]));
        socket.on("error", reject);
      });
      const head = ["POST /admin/update HTTP/1.1", ...lines, `Content-Length: ${body.length}`];
      socket.write(`${head.join("\r\n")}\r\n\r\n${body}`, "latin1");
      return got.finally(() => socket.destroy());
    };
    const usual = ["Host: garden.local", `Authorization: ${basic}`];
    const evil = [...usual, "Origin: http://evil.example"];
    const ours = "Origin: http://garden.local\r\nSec-Fetch-Site: none\r\nHost: garden.local\r\n";
    expect(await said(evil, ours)).toMatch(/^HTTP\/1.1 403 /);
    expect(await said(["Host: evil.example", `Authorization: ${basic}`], ours)).toMatch(/^HTTP\/1.1 403 /);
    expect(await said([usual[0], "Authorization: Basic eDp5"], `Authorization: ${basic}\r\n`)).toMatch(
      /^HTTP\/1.1 401 /,
    );
    const image = latin1(await witness("2.0.0"));
    // Lines that are headers' doubles, or none at all, in front of nothing that counts.
    const { type, body } = formBody([
      { field: "note", content: "host: elsewhere\r\ncontent-length: 5\r\n\x01: \x02" },
      { field: "app", file: "witness.app", content: image },
    ]);
    expect(await said([...usual, type], body)).toMatch(/^HTTP\/1.1 (200|307) /);
  });
});

test.concurrent("over the application's server, too, a sender that goes away commits nothing", async () => {
  const app = await bundleOf("test/devs-fixtures/web", "own-server.json");
  await withBoard({ app, password, speed: 10 }, async (garden) => {
    await garden.ready();
    const { hostPort } = await garden.wait("listening", { protocol: "tcp", port: 80 });
    await garden.wait("note");
    const image = await witness("2.0.0");
    const socket = connect(Number(hostPort), "127.0.0.1");
    const head = `POST /admin/update HTTP/1.1\r\nHost: garden.local\r\nAuthorization: ${basic}\r\n`;
    socket.write(`${head}Content-Length: ${image.length}\r\n\r\n`);
    await garden.wait("safe");
    socket.write(image.subarray(0, 700));
    await garden.wait("progress");
    socket.destroy();
    expect(await garden.wait("error")).toMatchObject({ code: "ABORTED" });
    expect(await garden.update(image)).toMatchObject({ app: "witness@2.0.0" });
  });
});
