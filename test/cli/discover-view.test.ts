import { describe, expect, test } from "vitest";
import { boardTable, discoverView } from "../../src/cli/discover.js";
import type { FoundBoard } from "../../src/host/discover/board-list.js";

const garden: FoundBoard = {
  name: "garden",
  host: "garden.local",
  address: "192.168.1.7",
  port: 3232,
  board: "esp32-devkit",
  auth: true,
  app: "garden@2.0.0",
  page: undefined,
};
const other: FoundBoard = {
  ...garden,
  name: "esp8266-ee1337",
  host: "esp8266-ee1337.local",
  port: 8266,
  auth: false,
  app: undefined,
};

function shown(options: { json: boolean; terminal: boolean }): string {
  let text = "";
  const view = discoverView({ ...options, out: (more) => (text += more) });
  view.show({ event: "found", board: garden });
  view.show({ event: "found", board: other });
  view.show({ event: "gone", board: garden });
  view.end([other]);
  return text;
}

describe("sluice discover shows", () => {
  test("a table", () => {
    expect(boardTable([other, garden]).split("\n")).toEqual([
      "NAME                  ADDRESS           BOARD         AUTH  APP     VERSION",
      "esp8266-ee1337.local  192.168.1.7:8266  esp32-devkit  no    -       -",
      "garden.local          192.168.1.7:3232  esp32-devkit  yes   garden  2.0.0",
      "",
    ]);
  });

  test("update pages, where there are some", () => {
    const [head, row] = boardTable([{ ...garden, page: "http://192.168.1.7/update" }]).split("\n");
    expect([head.endsWith("PAGE"), row.endsWith("http://192.168.1.7/update")]).toEqual([true, true]);
  });

  test("nothing that steers the terminal, whatever a board calls itself", () => {
    const table = boardTable([{ ...garden, board: "\x1b[2Jboard\u009b1m\n", app: "a\rb@\x07" }]);
    expect(table).toMatch(/^[\x20-\x7e]+\n[\x20-\x7e]+\n$/);
  });

  test("the table once, at the end, in a pipe", () => {
    expect(shown({ json: false, terminal: false }).split("\n")).toHaveLength(3);
  });

  test("the table anew each time, in the same place, on a terminal", () => {
    const drawings = shown({ json: false, terminal: true }).split("\x1b[J");
    expect(drawings.map((one) => one.split("\n").length - 1)).toEqual([2, 3, 2]);
  });

  test("one event a line, with --json", () => {
    const lines = shown({ json: true, terminal: true }).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(["found", "found", "gone"]);
    expect(JSON.parse(lines[0]).board).toMatchObject({ name: "garden", port: 3232, app: "garden@2.0.0" });
  });
});
