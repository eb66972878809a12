import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { apiRoutes } from "../../src/server/web/api.js";
import type { JsonSchema } from "../../src/server/web/views.js";
import { gardenApp } from "./support/images.js";
import {
  esp8266Request,
  guarded,
  lines,
  type Rig,
  sharedToken,
  sluiceRequest,
  split,
  startRig,
} from "./support/rig.js";

let rig: Rig;
beforeEach(async () => {
  rig = await startRig({ secrets: guarded });
  rig.put("garden.app", gardenApp);
  rig.put("junk.bin", "junk");
});
afterEach(() => rig.stop());

const allowed = [`Authorization: Bearer ${sharedToken}`];
const get = async (
  path: string,
  extra: readonly string[] = allowed,
  method = "GET",
): Promise<ReturnType<typeof split>> =>
  split(await rig.raw(lines(`${method} ${path} HTTP/1.1`, "Host: x", ...extra)));

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>> }>
  >;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

const documentOf = async (): Promise<Document> =>
  JSON.parse((await get("/api/openapi.json")).body.toString());

/** Where a value does not hold its schema; the part of JSON schema that the document uses. */
function faults(
  value: unknown,
  schema: JsonSchema,
  all: Document["components"]["schemas"],
  at = "$",
): string[] {
  if (schema.$ref !== undefined)
    return faults(value, all[schema.$ref.split("/").at(-1) ?? ""] ?? { type: "missing" }, all, at);
  const type = Array.isArray(value)
    ? "array"
    : value === null
      ? "null"
      : Number.isInteger(value)
        ? "integer"
        : typeof value;
  if (schema.type !== undefined && ![schema.type].flat().includes(type)) return [`${at} is ${type}`];
  if (schema.enum !== undefined && !schema.enum.includes(String(value))) return [`${at} is ${String(value)}`];
  if (Array.isArray(value))
    return value.flatMap((one, i) => faults(one, schema.items ?? {}, all, `${at}[${i}]`));
  if (type !== "object" || schema.properties === undefined) return [];
  const entries = Object.entries(value as object);
  const missing = (schema.required ?? []).filter((name) => !entries.some(([key]) => key === name));
  return [
    ...missing.map((name) => `${at}.${name} is missing`),
    ...entries.flatMap(([name, field]) => {
      const inner = schema.properties?.[name];
      return inner === undefined
        ? [`${at}.${name} is not described`]
        : faults(field, inner, all, `${at}.${name}`);
    }),
  ];
}

describe("the OpenAPI document", () => {
  test("has every route and no other", async () => {
    const { openapi, paths } = await documentOf();
    expect(openapi).toBe("3.1.0");
    expect(Object.keys(paths).sort()).toEqual(
      [...apiRoutes.map(({ path }) => path), "/api/openapi.json", "/report"].sort(),
    );
    for (const path of Object.keys(paths)) {
      const { status } = await get(path.replace("{mac}", "30:AE:A4:00:00:07"));
      expect([path, status]).toEqual([path, path === "/report" ? 405 : path.includes("{mac}") ? 404 : 200]);
    }
    expect((await get("/api/nothing")).status).toBe(404);
  });

  test("describes what is answered", async () => {
    for (let i = 0; i < 2; i++)
      await rig.raw(sluiceRequest({ version: i === 0 ? "1.1.0" : "1.2.0", extra: allowed }));
    await rig.raw(esp8266Request({ extra: allowed }));
    await rig.event("sent");
    const { paths, components } = await documentOf();
    for (const [path, methods] of Object.entries(paths)) {
      const operation = methods["get"];
      if (operation === undefined) continue;
      const { status, head, body } = await get(path.replace("{mac}", "30AEA4000007"));
      const schema = operation.responses[String(status)]?.content?.["application/json"]?.schema ?? {
        type: "missing",
      };
      expect(head).toContain("\r\nContent-Type: application/json; charset=utf-8\r\n");
      expect([path, faults(JSON.parse(body.toString()), schema, components.schemas)]).toEqual([path, []]);
    }
  });

  test("describes what is refused", async () => {
    const { paths } = await documentOf();
    for (const [path, expected] of [
      ["/api/devices/xyz", 400],
      ["/api/devices/AAAAAAAAAAAA", 404],
      ["/api/reports?limit=0", 400],
      ["/api/reports?limit=1e99", 400],
      ["/api/reports?mac=xyz", 400],
    ] as const) {
      const route = path.includes("reports") ? "/api/reports" : "/api/devices/{mac}";
      expect([path, (await get(path)).status]).toEqual([path, expected]);
      expect(paths[route]?.["get"]?.responses[String(expected)]).toBeDefined();
    }
  });
});

test("tables and images need the secret, and a board's own token is not one", async () => {
  const { secretHash } = await import("../../src/server/wire/credentials.js");
  await rig.fleet.setDevice("30:AE:A4:00:00:07", { tokenHash: secretHash("only-for-this-board") });
  for (const path of ["/", "/api/devices", "/api/openapi.json"]) {
    expect((await get(path, [])).status).toBe(401);
    expect((await get(path, ["Authorization: Bearer only-for-this-board"])).status).toBe(401);
    expect((await get(path)).status).toBe(200);
  }
  expect(
    (await rig.raw(sluiceRequest({ extra: ["Authorization: Bearer only-for-this-board"] }))).toString(
      "latin1",
    ),
  ).toContain("200 OK");
  expect((await get("/api/devices")).body.toString()).not.toContain(secretHash("only-for-this-board"));
});

test("the page shows boards and images, asks nothing from elsewhere, and lets no text become HTML", async () => {
  await rig.raw(sluiceRequest({ version: "<img/src=x>", app: "garden", extra: allowed }));
  await rig.fleet.setDevice("30:AE:A4:00:00:07", { name: `"><script>alert(1)</script>&'` });
  const { head, body } = await get("/");
  const page = body.toString();
  expect(head).toContain("Content-Security-Policy: default-src 'none'; style-src 'sha256-");
  expect(page).toContain("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;&#39;");
  expect(page).toContain("&lt;img/src=x&gt;");
  expect(page).toContain("garden.app");
  expect(page).toContain("not served: BAD_MAGIC_BYTE");
  expect(page.match(/<script>/g)?.length).toBe(1);
  expect(page).not.toMatch(/(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?\/\//);
  const part = (await get("/?part=main")).body.toString();
  // Both show how long ago boards were seen, so they need not be the same to the letter.
  expect(part).toMatch(/^<h2>Boards<\/h2>/);
  expect(page).toContain("<main><h2>Boards</h2>");
});

test("HEAD has the head alone", async () => {
  const { head, body } = await get("/api/images", allowed, "HEAD");
  expect(head).toMatch(/\r\nContent-Length: [1-9]\d*\r\n/);
  expect(body.length).toBe(0);
});
