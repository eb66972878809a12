/**
 * What depends on how an engine was compiled, each with its reason: it is not compared on another build than the one
 * whose answers are recorded.
 */
export const ofTheBuild: Readonly<Record<string, readonly string[]>> = {
  "a 32-bit processor rounds the last digits otherwise": [
    "numbers: large and small",
    "numbers: large and small in text",
    "numbers: Math functions of angles",
    "json: stringify of negative zero and large",
  ],
  "with a chip's memory that runs out before the stack does": ["errors: too much recursion"],
  "flash that is mapped, or none, and its file": ["system: process.env, its members", "peripherals: fs"],
  "Unicode is an option": ["strings: a character above 255 in source"],
  "TLS and TensorFlow are options": [
    "system: process.env.MODULES",
    "peripherals: tensorflow",
    "peripherals: crypto, AES_CCM",
  ],
};

/** Probes whose answers identify the build. */
export const signsOfTheBuild = ["system: process.env, its members", "system: process.env.MODULES"];
