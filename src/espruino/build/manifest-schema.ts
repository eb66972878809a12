import { boards } from "../../../boards/index.js";

/** Sub-patterns of SemVer 2.0.0, https://semver.org. A version has no build metadata. */
const number = "(?:0|[1-9][0-9]*)";
const label = `(?:${number}|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)`;
const version = `${number}\\.${number}\\.${number}(?:-${label}(?:\\.${label})*)?`;

/**
 * The JSON Schema of sluice.json, with which an editor completes and checks it: the package's sluice.schema.json, which
 * `npm run docs` writes. manifest.ts reads the names of the settings here; a test holds both against each other.
 */
export const manifestSchema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "sluice.json",
  description: "What an app folder is: https://www.npmjs.com/package/sluice",
  type: "object",
  additionalProperties: false,
  required: ["name", "version"],
  properties: {
    $schema: { type: "string" },
    name: {
      description: "The application's name. A board on which it runs takes its next version by this name.",
      type: "string",
      pattern: "^[!-~]{1,24}$",
    },
    version: {
      description: "A SemVer version, like 1.0.0.",
      type: "string",
      maxLength: 24,
      pattern: `^${version}$`,
    },
    entry: { description: "The program's first file.", type: "string", default: "main.ts" },
    board: {
      description: "The board that it is built for where no --board is given; `sluice boards` lists them.",
      type: "string",
      examples: boards.map(({ id }) => id),
    },
    safePins: {
      description:
        "Pins that the loader drives before anything else runs: the level at which what hangs there is off.",
      type: "array",
      maxItems: 16,
      items: {
        type: "object",
        required: ["pin", "level"],
        properties: {
          pin: { description: "The chip's number of the pin.", type: "integer", minimum: 0, maximum: 254 },
          level: { enum: [0, 1] },
        },
      },
      default: [],
    },
    agent: {
      description: "The oldest agent that it runs with, as a version; none: any.",
      type: "string",
      maxLength: 24,
      pattern: `^(?:${version})?$`,
      default: "",
    },
  },
} as const;
