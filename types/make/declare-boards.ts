/** What differs between the chips: Espruino's boards/ESP32.py, ESP32C3_IDF4.py and ESP32S3_IDF4.py. */
const boards = [
  { board: "esp32", lastPin: 39, serials: 3, buses: 2, telnet: true },
  { board: "esp32c3", lastPin: 21, serials: 2, buses: 1, telnet: false },
  { board: "esp32s3", lastPin: 48, serials: 3, buses: 2, telnet: true },
] as const;

/** Objects that the pages of the boards declare, and the common page does not. */
export const isOfBoard = (name: string): boolean => /^(Serial|SPI|I2C)\d$|^Telnet$/.test(name);

const numbered = (type: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `declare const ${type}${index + 1}: ${type};`);

/** Board and its declarations: the common ones, its ports, its pins. */
export function declareBoards(): [board: string, text: string][] {
  return boards.map(({ board, lastPin, serials, buses, telnet }) => [
    board,
    [
      '/// <reference path="./espruino.d.ts" />',
      "",
      ...numbered("Serial", serials),
      ...numbered("SPI", buses),
      ...numbered("I2C", buses),
      ...(telnet ? ["declare const Telnet: Serial;"] : []),
      "declare const LED1: Pin;",
      "declare const BTN1: Pin;",
      ...Array.from({ length: lastPin + 1 }, (_, pin) => `declare const D${pin}: Pin;`),
      "",
    ].join("\n"),
  ]);
}
