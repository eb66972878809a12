import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BoardList } from "../../../src/host/discover/board-list.js";
import type { DnsRecord } from "../../../src/host/discover/mdns-link.js";
import { boardAnswers, gone } from "./fake-mdns.js";

const garden = boardAnswers("garden", "192.168.1.7", { app: "garden@2.0.0" });

describe("what boards tell", () => {
  test("makes a board, in whatever order it comes", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(garden, { minLength: garden.length }), (answers) => {
        const list = new BoardList();
        for (const answer of answers) list.add([answer]);
        expect(list.boards()).toEqual([
          {
            name: "garden",
            host: "garden.local",
            address: "192.168.1.7",
            port: 3232,
            board: "esp32-devkit",
            auth: true,
            app: "garden@2.0.0",
            page: undefined,
          },
        ]);
      }),
    );
  });

  test("is asked for where it is missing", () => {
    const list = new BoardList();
    const [pointer, place, text, address] = garden;
    const open = () => list.questions().map(({ name, type }) => `${name} ${type}`);
    const always = ["_arduino._tcp.local PTR", "_http._tcp.local PTR"];
    expect(open()).toEqual(always);
    list.add([pointer]);
    expect(open()).toEqual([...always, "garden._arduino._tcp.local SRV", "garden._arduino._tcp.local TXT"]);
    list.add([place, text]);
    expect(open()).toEqual([...always, "garden.local A"]);
    expect(list.boards()).toEqual([]);
    list.add([address]);
    expect(open()).toEqual(always);
  });

  test("a goodbye takes it off the list, whatever the case of its name", () => {
    const list = new BoardList();
    list.add([...garden, ...boardAnswers("shed", "192.168.1.8")]);
    list.add([gone("GARDEN")]);
    expect(list.boards().map(({ name }) => name)).toEqual(["shed"]);
  });

  test("another address or version takes the place of the old one", () => {
    const list = new BoardList();
    list.add(garden);
    list.add(boardAnswers("garden", "192.168.1.9", { app: "garden@3.0.0" }));
    expect(list.boards()).toMatchObject([{ address: "192.168.1.9", app: "garden@3.0.0" }]);
  });

  test("boards without our key, or without any text, are boards too", () => {
    const list = new BoardList();
    const [pointer, place, , address] = boardAnswers("esp8266-ee1337", "192.168.1.5", { port: 8266 });
    list.add([pointer, place, address]);
    expect(list.boards()).toMatchObject([{ port: 8266, board: "", auth: undefined, app: undefined }]);
    list.add([
      { name: "esp8266-ee1337._arduino._tcp.local", ttl: 9, type: "TXT", data: ["AUTH_UPLOAD=no", "x"] },
    ]);
    expect(list.boards()).toMatchObject([{ auth: false }]);
  });

  test("a web server is the board's update page only if it says so", () => {
    const list = new BoardList();
    const page = (path: string): DnsRecord[] => [
      {
        name: "garden._http._tcp.local",
        ttl: 4500,
        type: "SRV",
        data: { port: 8080, target: "garden.local" },
      },
      { name: "garden._http._tcp.local", ttl: 4500, type: "TXT", data: [`path=${path}`] },
    ];
    list.add([...garden, ...page("/")]);
    expect(list.boards()).toMatchObject([{ page: undefined }]);
    list.add(page("/update"));
    expect(list.boards()).toMatchObject([{ page: "http://192.168.1.7:8080/update" }]);
  });

  test("other services are nothing to us", () => {
    const list = new BoardList();
    list.add([
      { name: "_ipp._tcp.local", ttl: 4500, type: "PTR", data: "printer._ipp._tcp.local" },
      {
        name: "printer._ipp._tcp.local",
        ttl: 4500,
        type: "SRV",
        data: { port: 631, target: "printer.local" },
      },
      { name: "_http._tcp.local", ttl: 4500, type: "PTR", data: "router._http._tcp.local" },
    ]);
    expect(list.boards()).toEqual([]);
    expect(list.questions()).toHaveLength(2);
  });
});
