/** What the gateway for DeviceScript boards reports: what happened | what to do. */
export const gatewayErrors = {
  GATEWAY_NOT_RUNNING:
    "No gateway runs with this state folder. | Start `sluice gateway` on this computer, or name its state folder with --gateway or SLUICE_GATEWAY.",
  GATEWAY_RUNNING:
    "A gateway runs with this state folder already. | Use that one, end it first, or give another folder with --state.",
  NO_SUCH_BOARD:
    "The gateway knows no board of this name. | `sluice gateway boards` lists those it knows; `sluice provision` makes one known.",
  GATEWAY_LOST:
    "The gateway ended in the middle of the upload. | Start it again: it finishes the update or brings the previous program back.",
  GATEWAY_TROUBLE: "The gateway could not do it. | The message says why; its own output says more.",
  BAD_GATEWAY_STATE:
    "The record of a board in the gateway's state folder cannot be read. | Put the file back from a copy, or remove it and provision the board again by cable.",
  UNSAFE_STATE_FOLDER:
    "Everyone on this computer may write into the gateway's state folder, so anyone could take the gateway's place. | `chmod 700` the folder, or give another one with --state.",
  BOARD_OFFLINE:
    "The board is not connected to the gateway. | Check its power and Wi-Fi; a board tries again every half minute. `sluice gateway boards` shows who is there.",
  BOARD_LOST:
    "The connection to the board was lost. | What was begun is finished or undone when the board is back; then try again.",
  PROGRAM_SILENT:
    "The program on the board did not answer whether its equipment is safe, so nothing was touched. | Wait until it runs and try again. --force goes on without an answer: the valves stay as they are while the program is replaced.",
  PROGRAM_CRASHES:
    "The new program ended by itself again and again. | Read the exceptions that the gateway printed, mend the program and send it again.",
  NOT_HEALTHY:
    'The new program did not say in time that it is well. | The message has the program\'s own reason; without one it has no agent: `import { ota } from "sluice/devicescript"` and `ota.begin`.',
  TRANSFER_BROKE:
    "Writing the program broke off too often. | Check the Wi-Fi signal at the board and try again.",
  PROGRAM_REPLACED:
    "Somebody else replaced the program while it was on trial. | Find out who (a cable, another gateway) and send the one you want.",
  NO_MANAGER:
    "The board does not answer what every DeviceScript runtime answers about its program. | Restart the board; if it stays, flash DeviceScript's firmware for this board again by cable.",
  KEY_NOT_TAKEN:
    "The board did not take its new key. | The old key stays good. Try again, or provision the board by cable.",
  NO_GATEWAY_ADDRESS:
    "The gateway does not know under which address this board was told to find it. | Provision the board by cable once: `sluice provision --gateway ADDRESS`.",
  BAD_GATEWAY_ADDRESS:
    "The gateway's address is not one that a board can use. | Give ws://HOST:PORT, or wss://HOST:PORT with a certificate of a public authority, without a path.",
  NAME_TAKEN: "Another board of this gateway has this name. | Choose another with --name.",
  NO_DEVICESCRIPT_BOARD:
    "No DeviceScript board answers at this port. | Check the cable and the port; close other programs that use it; flash DeviceScript's firmware if the board has none.",
} as const;
