import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../src/node/package-root.js";

// A project of one's own, with the package installed and one line in tsconfig.json.
let project: string;
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "sluice-types-"));
  mkdirSync(join(project, "node_modules"));
  symlinkSync(packageRoot(), join(project, "node_modules/sluice"));
});
afterAll(() => rmSync(project, { recursive: true }));

function faultsOf(program: string, board = "esp32"): string[] {
  const file = join(project, "main.ts");
  writeFileSync(file, program);
  const { options, errors } = ts.parseJsonConfigFileContent(
    {
      compilerOptions: {
        types: [`sluice/${board}`],
        lib: ["es2022"],
        strict: true,
        noEmit: true,
        module: "preserve",
      },
      files: ["main.ts"],
    },
    ts.sys,
    project,
    undefined,
    join(project, "tsconfig.json"),
  );
  const faults = [...errors, ...ts.getPreEmitDiagnostics(ts.createProgram([file], options))];
  return faults.map(({ start, file, messageText }) => {
    const line = file?.getLineAndCharacterOfPosition(start ?? 0).line ?? -1;
    return `${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
}

test("what programs on Espruino write compiles", () => {
  const program = ts.sys.readFile(join(packageRoot(), "test/types/uses.program.ts")) ?? "";
  expect(program).toContain("digitalWrite");
  expect(faultsOf(program)).toEqual([]);
});

test("what the board does not have is an error of the compiler, at its line", () => {
  const wrong: [line: string, message: RegExp][] = [
    ["digitalWrit(2, 1);", /digitalWrit/],
    ["digitalWrite(2);", /Expected 2 arguments/],
    ['pinMode(2, "in");', /"in"/],
    ['require("Wifi").conect("x");', /conect/],
    ["window.alert(1);", /window/],
  ];
  const faults = faultsOf(wrong.map(([line]) => line).join("\n"));
  expect(faults).toHaveLength(wrong.length);
  wrong.forEach(([, message], index) => {
    expect(faults[index]).toMatch(message);
    expect(faults[index]).toMatch(new RegExp(`^${index + 1}:`));
  });
});

test.each([
  ["esp32", 39, true],
  ["esp32c3", 21, false],
  ["esp32s3", 48, true],
])("%s has pins up to D%i", (board, last, hasSecondBus) => {
  const faults = faultsOf(
    `D0.read(); D${last}.read(); I2C1.setup();\nD${last + 1}.read();\nI2C2.setup();`,
    board,
  );
  expect(faults.map((fault) => fault.split(":")[0])).toEqual(hasSecondBus ? ["2"] : ["2", "3"]);
});
