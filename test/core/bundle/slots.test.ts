import { describe, expect, it } from "vitest";
import { BundleKind, Engine } from "../../../src/core/bundle/header.js";
import { BundleSlots } from "../../../src/core/bundle/slots.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";
import { blankFlash, blockLength, smallLayout } from "../../support/core-flash.js";
import { type BundleSpec, buildBundle } from "../../support/images.js";

/** For any family of boards. */
const bundle = (wanted: BundleSpec) => buildBundle({ family: 0, ...wanted });
const test = blankFlash(smallLayout.blocks);
const slots = new BundleSlots(nodeBytes, nodeCrypto, test.flash, smallLayout, Engine.Espruino, 1);

function put(block: number, image: Uint8Array, length = image.length): void {
  test.flash.eraseBlock(block, block + 1);
  test.flash.write(image.slice(0, length), block * blockLength);
}

describe("BundleSlots", () => {
  it("finds nothing in blank slots", () => {
    expect([slots.app(0), slots.app(1), slots.agent(0), slots.agent(1)]).toEqual(Array(4).fill(undefined));
  });

  it("finds each bundle where the layout has it", () => {
    put(slots.appBlock(1), bundle({ version: "1.2.3" }));
    put(slots.agentBlock(0), bundle({ kind: BundleKind.Agent, name: "agent" }));
    expect(slots.app(1)).toMatchObject({ name: "garden", version: "1.2.3", kind: BundleKind.App });
    expect(slots.agent(0)).toMatchObject({ name: "agent", kind: BundleKind.Agent });
    expect([slots.app(0), slots.agent(1)]).toEqual([undefined, undefined]);
  });

  it.each<[string, BundleSpec]>([
    ["another engine's", { engine: Engine.Xs }],
    ["another board's", { family: 2 }],
    ["an empty one", { payload: new Uint8Array(0) }],
    ["one that reaches beyond its slot", { payload: new Uint8Array(3 * blockLength) }],
  ])("does not find %s", (_name, wanted) => {
    put(smallLayout.app[0], bundle(wanted), 256);
    expect(slots.app(0)).toBeUndefined();
  });

  it("tells code that is whole from code that was cut short", () => {
    const image = bundle({});
    put(smallLayout.app[0], image);
    const header = slots.app(0);
    if (header === undefined) throw new Error("no header");
    expect(slots.isSound(slots.appBlock(0), header)).toBe(true);
    put(smallLayout.app[0], image, image.length - 1);
    expect(slots.isSound(slots.appBlock(0), header)).toBe(false);
  });
});
