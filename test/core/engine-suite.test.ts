import { describe, expect, test } from "vitest";
import { Md5 } from "../../src/core/md5.js";
import { nodeBytes } from "../../src/node/bytes.js";
import { nodeCrypto } from "../../src/node/crypto.js";
import { parts } from "../engines/suite/parts.js";
import { runHere, suiteTests } from "../engines/suite/run.js";
import { Suite } from "../engines/suite/suite.js";
import { latin1Bytes } from "../support/latin1-bytes.js";

// The suite that the engines run, here with Node's ports: bytes, and binary text as on Espruino with our own MD5.
describe("with Uint8Array", () => {
  suiteTests((part) => runHere(part, { bytes: nodeBytes, crypto: nodeCrypto }));
});

describe("with binary text", () => {
  const crypto = { md5: () => new Md5(latin1Bytes), crc32: nodeCrypto.crc32 };
  suiteTests((part) => runHere(part, { bytes: latin1Bytes, crypto }));
});

describe("a suite", () => {
  test("has names of its own for all its cases", () => {
    for (const part of Object.keys(parts)) {
      const names = runHere(part, { bytes: nodeBytes, crypto: nodeCrypto });
      expect(new Set(names).size).toBe(names.length);
      expect(names.length).toBeGreaterThan(4);
    }
  });

  test("says what was wrong first", () => {
    const said: string[] = [];
    const suite = new Suite({ bytes: nodeBytes, crypto: nodeCrypto, say: (line) => void said.push(line) });
    suite.test("right", () => suite.equal("one", 1, 1));
    suite.test("wrong", () => {
      suite.equal("one", 1, 2);
      suite.equal("two", 2, 3);
    });
    suite.test("thrown", () => {
      throw new Error("no more");
    });
    for (let index = 0; index < suite.count(); index++) suite.run(index);
    expect(said).toEqual(["#ok right", "#no wrong: one: got 1, wanted 2", "#no thrown: threw no more"]);
  });
});
