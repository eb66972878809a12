import type { CatalogEntry } from "./entry.js";

/** What the gateway for DeviceScript boards says. */
export const gatewayErrors: readonly CatalogEntry[] = [
  {
    code: "GATEWAY_NOT_RUNNING",
    sentence: "No gateway runs with this state folder.",
    remedy:
      "Start `sluice gateway` on this computer, or name its state folder with --gateway or SLUICE_GATEWAY.",
  },
  {
    code: "GATEWAY_RUNNING",
    sentence: "A gateway runs with this state folder already.",
    remedy: "Use that one, end it first, or give another folder with --state.",
  },
  {
    code: "NO_SUCH_BOARD",
    sentence: "The gateway knows no board of this name.",
    remedy: "`sluice gateway boards` lists those it knows; `sluice provision` makes one known.",
  },
  {
    code: "GATEWAY_LOST",
    sentence: "The gateway ended in the middle of the upload.",
    remedy: "Start it again: it finishes the update or brings the previous program back.",
  },
  {
    code: "GATEWAY_TROUBLE",
    sentence: "The gateway could not do it.",
    remedy: "The message says why; its own output says more.",
  },
  {
    code: "BAD_GATEWAY_STATE",
    sentence: "The record of a board in the gateway's state folder cannot be read.",
    remedy: "Put the file back from a copy, or remove it and provision the board again by cable.",
  },
  {
    code: "BOARD_OFFLINE",
    sentence: "The board is not connected to the gateway.",
    remedy:
      "Check its power and Wi-Fi; a board tries again every half minute. `sluice gateway boards` shows who is there.",
  },
  {
    code: "BOARD_LOST",
    sentence: "The connection to the board was lost.",
    remedy: "What was begun is finished or undone when the board is back; then try again.",
  },
  {
    code: "PROGRAM_SILENT",
    sentence:
      "The program on the board did not answer whether its equipment is safe, so nothing was touched.",
    remedy:
      "Wait until it runs and try again. --force goes on without an answer: the valves stay as they are while the program is replaced.",
  },
  {
    code: "PROGRAM_CRASHES",
    sentence: "The new program ended by itself again and again.",
    remedy: "Read the exceptions that the gateway printed, mend the program and send it again.",
  },
  {
    code: "NOT_HEALTHY",
    sentence: "The new program did not say in time that it is well.",
    remedy:
      'The message has the program\'s own reason; without one it has no agent: `import { ota } from "sluice/devicescript"` and `ota.begin`.',
  },
  {
    code: "TRANSFER_BROKE",
    sentence: "Writing the program broke off too often.",
    remedy: "Check the Wi-Fi signal at the board and try again.",
  },
  {
    code: "PROGRAM_REPLACED",
    sentence: "Somebody else replaced the program while it was on trial.",
    remedy: "Find out who (a cable, another gateway) and send the one you want.",
  },
  {
    code: "NO_MANAGER",
    sentence: "The board does not answer what every DeviceScript runtime answers about its program.",
    remedy: "Restart the board; if it stays, flash DeviceScript's firmware for this board again by cable.",
  },
  {
    code: "KEY_NOT_TAKEN",
    sentence: "The board did not take its new key.",
    remedy: "The old key stays good. Try again, or provision the board by cable.",
  },
  {
    code: "NO_GATEWAY_ADDRESS",
    sentence: "The gateway does not know under which address this board was told to find it.",
    remedy: "Provision the board by cable once: `sluice provision --gateway ADDRESS`.",
  },
  {
    code: "BAD_GATEWAY_ADDRESS",
    sentence: "The gateway's address is not one that a board can use.",
    remedy:
      "Give ws://HOST:PORT, or wss://HOST:PORT with a certificate of a public authority, without a path.",
  },
  {
    code: "NAME_TAKEN",
    sentence: "Another board of this gateway has this name.",
    remedy: "Choose another with --name.",
  },
  {
    code: "NO_DEVICESCRIPT_BOARD",
    sentence: "No DeviceScript board answers at this port.",
    remedy:
      "Check the cable and the port; close other programs that use it; flash DeviceScript's firmware if the board has none.",
  },
];
