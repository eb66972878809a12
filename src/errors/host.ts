import type { CatalogEntry } from "./entry.js";

/** What only the tools on the host can say. One line of the catalogue for every code that a SluiceError carries. */
export const hostErrors: readonly CatalogEntry[] = [
  {
    code: "NO_PASSWORD_SET",
    sentence: "A board without a password would take an update from anyone in the network.",
    remedy:
      "Give --password-file FILE or SLUICE_PASSWORD; --open runs it without one, if that is what you want.",
  },
  {
    code: "FILE_NOT_READABLE",
    sentence: "A file that was named cannot be read.",
    remedy: "Check the path and the rights.",
  },
  {
    code: "FILE_NOT_WRITABLE",
    sentence: "A file cannot be written.",
    remedy: "Check that the folder is there, the rights and the free space.",
  },
  {
    code: "UNKNOWN_BOARD",
    sentence: "There is no board of this name.",
    remedy: "The message lists the boards there are.",
  },
  {
    code: "BAD_WIRING",
    sentence: "The file that says what is wired to which pin cannot be used.",
    remedy: "The message names the entry; devs/garden/wiring.json shows the shape.",
  },
  {
    code: "BAD_MANIFEST",
    sentence: "The description of the firmware (sluice.json) cannot be used.",
    remedy:
      'Its shape: {"name":"garden","version":"1.0.0","entry":"main.ts","safePins":[{"pin":25,"level":0}],"agent":""}.',
  },
  {
    code: "BUILD_FAILED",
    sentence: "The TypeScript sources do not make a bundle.",
    remedy: "The message names file, line and column.",
  },
  {
    code: "UNSUPPORTED_SYNTAX",
    sentence: "The sources use what the board's JavaScript engine does not have.",
    remedy: "Each line of the message says what to write instead.",
  },
  {
    code: "BUNDLE_TOO_LARGE",
    sentence: "The bundle does not fit into its slot on this board.",
    remedy: "Leave something out, or take a board with a larger Storage.",
  },
  {
    code: "NO_ESPRUINO",
    sentence: "No Espruino build exists for this board.",
    remedy: "`sluice build --help` lists the boards that take bundles.",
  },
  {
    code: "NO_DEVICESCRIPT",
    sentence: "The DeviceScript compiler is not installed.",
    remedy:
      "Install it beside your project: `npm install --save-dev @devicescript/cli@2.16.4`. Boards with Espruino do not need it.",
  },
  {
    code: "NO_DEVICESCRIPT_FIRMWARE",
    sentence: "DeviceScript has no firmware for this board.",
    remedy: "Take an ESP32, ESP32-S2, ESP32-S3 or ESP32-C3; `sluice build --help` says how boards are named.",
  },
  {
    code: "BAD_SOURCE_MAP",
    sentence: "The source map cannot be used.",
    remedy: "`sluice build` writes it beside the bundle, as FILE.map; give it with --map.",
  },
  {
    code: "EMPTY_IMAGE",
    sentence: "The image to send is empty.",
    remedy: "Build it again and look at it with `sluice image FILE`.",
  },
  {
    code: "UNKNOWN_HOST",
    sentence: "The board's name is not known in this network.",
    remedy:
      "Give its address (192.168.…) instead; the board prints it when it starts, and the router lists it.",
  },
  {
    code: "NO_INTERFACE",
    sentence: "There is no network to look for boards in.",
    remedy: "Join the boards' network; --interface takes the name or address of one that this computer has.",
  },
  {
    code: "NO_MDNS",
    sentence: "This computer cannot ask its networks for names.",
    remedy:
      "Another program keeps UDP port 5353 to itself: end it, or give the board's address instead of its name.",
  },
  {
    code: "NO_BOARD_FOUND",
    sentence: "No board told the network of itself.",
    remedy:
      "Be in the boards' own network (guest networks hide them), allow incoming UDP port 5353 in the firewall, and see docs/discover.md for boards that cannot tell.",
  },
  {
    code: "NO_ROUTE",
    sentence: "This computer has no way to the board's address.",
    remedy: "Join the board's network; --host-ip must be an address of this computer in that network.",
  },
  {
    code: "LISTEN_FAILED",
    sentence: "The TCP port that the board has to connect back to cannot be opened.",
    remedy:
      "Leave --host-port out for a free one, or name another; --host-ip must be this computer's address.",
  },
  {
    code: "NO_ANSWER",
    sentence: "The board did not answer the invitation.",
    remedy:
      "Check that it has power and is in this network, and its address and port (Sluice and ESP32: 3232, ESP8266: 8266).",
  },
  {
    code: "BAD_ANSWER",
    sentence: "Something answered, but not in espota's words.",
    remedy: "Check address and port; a board whose firmware is older or newer may speak another dialect.",
  },
  {
    code: "BOARD_REFUSED",
    sentence: "The board refused the update and said why.",
    remedy: "Read its reason; nothing was written.",
  },
  {
    code: "BOARD_ERROR",
    sentence: "The board broke the update off and said why.",
    remedy: "Read its reason and try again; the old application is still in place.",
  },
  {
    code: "PASSWORD_NEEDED",
    sentence: "The board asks for a password and none was given.",
    remedy: "Give --password-file FILE or set SLUICE_PASSWORD; on a terminal it is asked for.",
  },
  {
    code: "NO_AUTH_ANSWER",
    sentence: "The board asked for the password but did not answer to it.",
    remedy: "Try again; if it stays, restart the board, and check the Wi-Fi signal there.",
  },
  {
    code: "NO_CONNECT_BACK",
    sentence: "The board said yes, but its TCP connection never arrived: something on the way blocks it.",
    remedy:
      "Allow incoming TCP connections for this program in the computer's firewall (--host-port N fixes the port), and be in the board's own network, not in a guest network or behind another router.",
  },
  {
    code: "CONNECTION_LOST",
    sentence: "The connection broke in the middle of the transfer.",
    remedy:
      "Try again; the old application is still in place. Check the Wi-Fi signal and the board's supply.",
  },
  {
    code: "NO_RESULT",
    sentence: "Every byte was sent, but the board never said OK.",
    remedy: "See which version it runs before you try again; it may have restarted into either.",
  },
  {
    code: "UPLOAD_CANCELLED",
    sentence: "The upload was cancelled.",
    remedy: "The board drops what it has; the old application is still in place.",
  },
  {
    code: "EMPTY_PASSWORD",
    sentence: "The password is empty.",
    remedy: "Put the password on the first line of the file.",
  },
  {
    code: "BAD_PARTITION_CSV",
    sentence: "A partition table in CSV breaks Espressif's rules.",
    remedy: "Mend the line that the message names; boards/partitions/*.csv are examples that hold.",
  },
  {
    code: "PORT_TAKEN",
    sentence: "The virtual board cannot listen at a port of this computer.",
    remedy:
      "Another program, perhaps another board, has it: name another with --port or --http, or 0 for a free one.",
  },
  {
    code: "STATE_OF_ANOTHER_BOARD",
    sentence: "The directory holds the flash of another kind of board.",
    remedy: "Name another --state directory, or the board that it holds with --board.",
  },
  {
    code: "NO_FIRMWARE_SLOT",
    sentence: "The board's flash has no partition that firmware could go to.",
    remedy:
      "Leave the firmware out, or choose a board with a partition table: `npx sluice layout BOARD` shows it.",
  },
  {
    code: "PORT_NOT_OPENED",
    sentence: "The serial port cannot be opened.",
    remedy: "`sluice flash --list` shows the ports there are; close every other program that uses the port.",
  },
  {
    code: "NO_BOARD_ON_PORT",
    sentence: "No boot loader of an ESP chip answers on the port.",
    remedy:
      "Check the port (`sluice flash --list`) and that the cable carries data. Else hold the board's BOOT (FLASH, GPIO0) button, press RESET, let go of both and try again.",
  },
  {
    code: "BOARD_LOCKED",
    sentence: "The chip is in secure download mode, its owner has locked it against this.",
    remedy: "Take another board: the lock is burnt into the chip.",
  },
  {
    code: "FLASH_TOO_SMALL",
    sentence: "The board's flash chip is smaller than the board named has.",
    remedy: "Name the board that it is (`sluice layout` lists them); check the module's label.",
  },
  {
    code: "CABLE_LOST",
    sentence: "The connection to the board broke in the middle of flashing.",
    remedy:
      "Plug the board in again and run the same command: what is on the board already is skipped. If it stays, take a shorter cable or a lower --baud.",
  },
  {
    code: "FLASH_CANCELLED",
    sentence: "Flashing was cancelled.",
    remedy: "Run the same command again: what is on the board already is skipped.",
  },
  {
    code: "FLASH_VERIFY_FAILED",
    sentence: "What the board's flash holds is not what was written.",
    remedy:
      "Try again with a lower --baud and another cable; if it is the same place again, the flash chip is worn: replace the board.",
  },
  {
    code: "BAD_FIRMWARE_PACKAGE",
    sentence: "The firmware package does not hold what this board needs.",
    remedy:
      "Give the .tgz or .zip of an Espruino release, the folder it unpacks to, or one .bin with boot loader and firmware.",
  },
  {
    code: "DOWNLOAD_FAILED",
    sentence: "The firmware cannot be fetched from its address.",
    remedy: "Fetch it with a browser and give the file to --firmware.",
  },
  {
    code: "ESPRUINO_TOO_OLD",
    sentence: "This Espruino is older than Sluice can live with.",
    remedy:
      "Put Espruino 2v26 or newer onto the board (`sluice flash --firmware`): older ones keep Storage at another place.",
  },
  {
    code: "ESPRUINO_TOOLS_MISSING",
    sentence: "Talking to a running Espruino needs npm's package `espruino`, which is not installed.",
    remedy:
      "`npm install -g espruino`, or `npm install espruino` in your project. Without it, flash through the chip's boot loader: the same command without --running.",
  },
  {
    code: "NO_ESPRUINO_ON_PORT",
    sentence: "No Espruino answers on the port.",
    remedy:
      "Check the port, close other programs that use it, and look whether the board runs Espruino at all. If not, flash it: --firmware instead of --running.",
  },
  {
    code: "STORAGE_NOT_EMPTY",
    sentence: "The board's Storage holds files that would be lost.",
    remedy:
      "A board that runs Sluice is updated over the air. Files of your own: save them, then --erase gives them up. A program that runs at the start: flash through the boot loader, without --running.",
  },
  {
    code: "BAD_WIFI_SETTINGS",
    sentence: "The board cannot use these Wi-Fi settings.",
    remedy:
      "A network's name has 1 to 31 bytes, its password 8 to 63 characters, on the first line of the file.",
  },
  {
    code: "NOTHING_TO_KEEP",
    sentence:
      "The board's Storage is not laid out for this version of Sluice, so nothing of it could be kept.",
    remedy: "Flash it anew, without --recover.",
  },
  {
    code: "UNKNOWN_PATH",
    sentence: "The power-cut prover knows no such layout or update path.",
    remedy: "The message lists what there is; `sluice prove --quick` shows the layouts with their paths.",
  },
  {
    code: "NO_SERVER_SECRET",
    sentence:
      "An update server without a secret would hand its images and its table to anyone in the network.",
    remedy:
      "Give --token-file FILE, or --user NAME with --password-file FILE, or give boards tokens of their own with `sluice devices token`; --open serves everyone, if that is what you want.",
  },
  {
    code: "BAD_SERVER_CONFIG",
    sentence: "The update server's settings cannot be used.",
    remedy: "Mend what the message names; docs/server.md shows the shape.",
  },
  {
    code: "DATABASE_UNREACHABLE",
    sentence: "The update server's database cannot be used.",
    remedy:
      "Check DATABASE_URL, or that the folder of the database's file can be written; without both it lies in DIR/.sluice.",
  },
  {
    code: "PORT_IN_USE",
    sentence: "The update server cannot listen at its port.",
    remedy: "Another program has it, or it needs more rights: name another with --port, or 0 for a free one.",
  },
  {
    code: "BAD_IMAGE_NAME",
    sentence: "A file in the folder of images has a name that does not go into a URL or a header.",
    remedy: "Rename it: letters, digits, dot, underscore, plus and hyphen, 100 at most.",
  },
  {
    code: "NOT_INSTALLED",
    sentence: "The board was sent a whole image and came back without it.",
    remedy:
      "See what it says at its console; an image that a board does not become is not sent more often than --tries says.",
  },
  {
    code: "NEEDS_BOARD",
    sentence: "The package holds firmware for several boards.",
    remedy: "Say which one: --board esp32-devkit, --board esp32c3-8mb-ota, … (docs/boards.md lists them).",
  },
  {
    code: "UNKNOWN_DEVICE",
    sentence: "There is no such board in the server's table.",
    remedy: "`sluice devices list` shows the boards; `sluice devices set MAC` adds one.",
  },
];
