import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boundaryOf, newForm, parameterOf, takeForm } from "../../../src/core/web/form.js";
import { formBody } from "../../support/web-bench.js";

interface Heard {
  /** "" while no file has begun. */
  readonly field: string;
  readonly size: number;
  readonly content: string;
  readonly md5: string;
  readonly mostHeld: number;
  readonly atEnd: boolean;
  readonly error: string;
}

function read(body: string, boundary: string, pieces: readonly string[]): Heard {
  let content = "";
  let mostHeld = 0;
  const form = newForm(boundary, body.length);
  for (const piece of pieces) {
    content += takeForm(form, piece);
    mostHeld = Math.max(mostHeld, form.held.length);
  }
  const { field, size, md5 } = form;
  return { field, size, content, md5, mostHeld, atEnd: form.isDone, error: form.fault };
}

const boundary = "AaB03x";
/** A file full of what looks like a boundary, and is none. */
const nasty = `\r\n--\r\n--AaB03\r\n--AaB03y\r\r\n\r\n--\0\xff--AaB03x--\n--AaB03x\r\n-\r\n--AaB0`;
const form = formBody(
  [
    { field: "md5", content: "0123" },
    { field: "firmware", file: 'my "new" one.bin', content: nasty },
  ],
  boundary,
).body.replace('my "new" one', 'my \\"new\\" one');

describe("a form with a field and a file", () => {
  const whole = read(form, boundary, [form]);

  test("comes out as it went in", () => {
    expect(whole).toMatchObject({ field: "firmware", content: nasty, size: nasty.length, md5: "0123" });
    expect([whole.atEnd, whole.error]).toEqual([true, ""]);
  });

  test("whatever two pieces it comes in", () => {
    for (let at = 0; at <= form.length; at++) {
      const parted = read(form, boundary, [form.slice(0, at), form.slice(at)]);
      expect({ ...parted, mostHeld: whole.mostHeld, at }).toEqual({ ...whole, at });
    }
  });

  test("byte by byte", () => {
    expect(read(form, boundary, [...form])).toMatchObject({ content: nasty, md5: "0123", atEnd: true });
  });

  test("of a second file it says that it is one too many", () => {
    const file = { field: "a", file: "a.bin", content: "a" };
    const { body } = formBody([file, { ...file, file: "", content: "" }, file], boundary);
    expect(read(body, boundary, [body])).toMatchObject({ content: "a", error: "one image at a time" });
  });
});

test("any content, any boundary, any pieces", () => {
  const byte = fc.constantFrom("\r", "\n", "-", "a", "b", "\0", "\xff");
  const content = fc.array(byte, { maxLength: 200 }).map((bytes) => bytes.join(""));
  const marks = fc.array(fc.constantFrom("a", "b", "-"), { minLength: 1, maxLength: 8 });
  const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 12 });
  fc.assert(
    fc.property(content, marks, cuts, (bytes, mark, places) => {
      const limit = mark.join("");
      fc.pre(!`\r\n${bytes}`.includes(`\r\n--${limit}`));
      const { body } = formBody([{ field: "firmware", file: "x", content: bytes }], limit);
      const sorted = [0, ...places.sort((a, b) => a - b), body.length];
      const pieces = sorted.slice(1).map((end, i) => body.slice(sorted[i], end));
      const heard = read(body, limit, pieces);
      expect([heard.content, heard.size, heard.atEnd, heard.error]).toEqual([bytes, bytes.length, true, ""]);
    }),
    { numRuns: 300 },
  );
});

test("no body makes it keep more than 2 KB", () => {
  const pieces = [
    "\r\n--x",
    "--x\r\n",
    "\r",
    "a: b\r\n",
    "Content-Disposition: form-data; name=a\r\n\r\n",
    "z".repeat(536),
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 60 }), (sent) => {
      const { mostHeld } = read(sent.join(""), "x", sent);
      expect(mostHeld).toBeLessThan(2048);
    }),
    { numRuns: 300 },
  );
});

test("what comes behind its end, or behind what is wrong with it, is not kept", () => {
  const more = "z".repeat(5000);
  const wrong = newForm("x", 10_000);
  takeForm(wrong, "--x junk\r\n\r\n");
  const held = wrong.held.length;
  expect([takeForm(wrong, more), wrong.held.length]).toEqual(["", held]);
  const done = newForm("x", 10_000);
  takeForm(done, "--x--\r\n");
  expect([done.isDone, takeForm(done, more), done.held]).toEqual([true, "", ""]);
});

test("what is wrong with a body is said", () => {
  const cases = [
    ["--x junk\r\n\r\n", "something else behind a boundary"],
    [`--x\r\n${"a: b\r\n".repeat(300)}`, "the head of a part is too long"],
    [`--x${" ".repeat(1100)}`, "the head of a part is too long"],
    [`--x\r\nContent-Disposition: form-data; name=a\r\n\r\n${"z".repeat(400)}`, "a form field is too long"],
  ];
  for (const [body, error] of cases) expect(read(body, "x", [body]).error).toBe(error);
});

test("parts may come without a disposition, after a preamble, before an epilogue", () => {
  const body =
    "ignore me\r\n--x \t\r\n\r\nnothing\r\n--x\r\nContent-Disposition: form-data; name=f; filename=a.bin\r\n\r\nFILE\r\n--x--\r\nand me";
  expect(read(body, "x", [body])).toMatchObject({ field: "f", content: "FILE", atEnd: true });
});

test("boundaries and parameters of headers", () => {
  expect(boundaryOf("multipart/form-data; boundary=abc")).toBe("abc");
  expect(boundaryOf('Multipart/Form-Data; charset=x; Boundary="a b"')).toBe("a b");
  expect(boundaryOf("multipart/form-data")).toBe("");
  expect(boundaryOf("text/plain; boundary=abc")).toBe("");
  expect(boundaryOf(`multipart/form-data; boundary=${"a".repeat(71)}`)).toBe("");
  expect(parameterOf('form-data; filename="name=x"; name="y"', "name")).toBe("y");
  expect(parameterOf('form-data; filename="cut', "filename")).toBeUndefined();
});
