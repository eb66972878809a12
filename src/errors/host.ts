/** What only the tools on the host can report: what happened | what to do. Every code that a SluiceError carries is here. */
export const hostErrors = {
  NO_PASSWORD_SET:
    "A board without a password would take an update from anyone in the network. | Give --password-file FILE or SLUICE_PASSWORD; --open runs it without one, if that is what you want.",
  BAD_KEY:
    "A key or its name cannot be used. | `sluice keys list` shows the keys there are; boards are given the .pub file.",
  KEY_FILE_OPEN:
    "Others on this computer can read the file of a signing key. | `chmod 600 FILE`; if it lay open where others work, make a new key (`sluice keys rotate`).",
  KEY_REVOKED: "The key was revoked and signs nothing any more. | Sign with another key.",
  NO_PASSPHRASE:
    "There is no pass phrase for the key. | Type it in a terminal, or set SLUICE_KEY_PASSPHRASE; it never stands on the command line.",
  WRONG_PASSPHRASE: "The pass phrase does not open the key. | Try again; without it the key is lost.",
  NOT_SIGNABLE:
    "The file is nothing that a board verifies. | Sign a bundle for Espruino, a DeviceScript program, or sound firmware of an ESP32; filesystems are not signed.",
  NO_RANDOM:
    "The board's hardware gives the same random number again and again, so it refuses to make challenges. | Start it again; if it stays so, the chip is broken: flash another one.",
  FILE_NOT_READABLE: "A file that was named cannot be read. | Check the path and the rights.",
  FILE_NOT_WRITABLE:
    "A file cannot be written. | Check that the folder is there, the rights and the free space.",
  UNKNOWN_BOARD: "There is no board of this name. | `sluice boards` lists the boards there are.",
  BAD_WIRING:
    "The file that says what is wired to which pin cannot be used. | The message names the entry; devs/garden/wiring.json shows the shape.",
  BAD_MANIFEST:
    'The description of the firmware (sluice.json) cannot be used. | Its shape: {"name":"garden","version":"1.0.0","entry":"main.ts","safePins":[{"pin":25,"level":0}],"agent":""}.',
  NO_TEMPLATE:
    "The template does not fit the board. | Take one that the message names, or another board (`sluice boards`).",
  FILE_EXISTS:
    "Files are there that would be overwritten. | --force overwrites them; --entry FILE takes a program of yours that is there.",
  INIT_CANCELLED: "Cancelled; nothing was written. | Call it again; flags answer the questions beforehand.",
  BUILD_FAILED: "The TypeScript sources do not make a bundle. | The message names file, line and column.",
  UNKNOWN_MODULE:
    "The application takes a module that is nowhere to be found. | Check its name; `npm install` it, or put its file into the application's folder as modules/NAME.js: Espruino's own are at https://www.espruino.com/modules/NAME.js, and in its repository EspruinoDocs.",
  MODULE_CHANGED:
    "A module is not the file that was first fetched. | To take the new one, look at what changed, delete the file and its entry in modules/modules.lock.json, and build again. To keep one of your own, delete the entry alone.",
  UNSUPPORTED_SYNTAX:
    "The sources use what the board's JavaScript engine does not have. | Each line of the message says what to write instead.",
  NOT_YOUR_FILE:
    "The application writes or erases a file that is not its own: the loader, its slots, or one that the engine runs at its start. | Choose another name: `sluice`, `sluice.*`, `.boot*` and `.varimg` are taken.",
  BUNDLE_TOO_LARGE:
    "The bundle does not fit into its slot on this board. | Leave something out, or take a board with a larger Storage.",
  NO_ESPRUINO: "No Espruino build exists for this board. | `sluice boards` lists those with Espruino.",
  PACKAGE_MISSING:
    "A package that few need is not installed. | Install it beside your project, or with -g beside a Sluice that was installed so; the message has the command.",
  NO_DEVICESCRIPT:
    "The DeviceScript compiler is not installed. | Install it beside your project: `npm install --save-dev @devicescript/cli@2.16.4`. Boards with Espruino do not need it.",
  NO_DEVICESCRIPT_FIRMWARE:
    "DeviceScript has no firmware for this board. | Take an ESP32, ESP32-S2, ESP32-S3 or ESP32-C3; `sluice boards` lists them.",
  BAD_SOURCE_MAP:
    "The source map cannot be used. | `sluice build` writes it beside the bundle, as FILE.map; give it with --map.",
  EMPTY_IMAGE: "The image to send is empty. | Build it again and look at it with `sluice image FILE`.",
  UNKNOWN_HOST:
    "The board's name is not known in this network. | Give its address (192.168.…) instead; the board prints it when it starts, and the router lists it.",
  NO_INTERFACE:
    "There is no network to look for boards in. | Join the boards' network; --interface takes the name or address of one that this computer has.",
  NO_MDNS:
    "This computer cannot ask its networks for names. | Another program keeps UDP port 5353 to itself: end it, or give the board's address instead of its name.",
  NO_BOARD_FOUND:
    "No board told the network of itself. | Be in the boards' own network (guest networks hide them), allow incoming UDP port 5353 in the firewall, and see docs/discover.md for boards that cannot tell.",
  NO_ROUTE:
    "This computer has no way to the board's address. | Join the board's network; --host-ip must be an address of this computer in that network.",
  LISTEN_FAILED:
    "The TCP port that the board has to connect back to cannot be opened. | Leave --host-port out for a free one, or name another; --host-ip must be this computer's address.",
  NO_ANSWER:
    "The board did not answer the invitation. | Check that it has power and is in this network, and its address and port (Sluice and ESP32: 3232, ESP8266: 8266).",
  BAD_ANSWER:
    "Something answered, but not in espota's words. | Check address and port; a board whose firmware is older or newer may speak another dialect.",
  BOARD_REFUSED: "The board refused the update and said why. | Read its reason; nothing was written.",
  BOARD_ERROR:
    "The board broke the update off and said why. | Read its reason and try again; the old application is still in place.",
  PASSWORD_NEEDED:
    "The board asks for a password and none was given. | Give --password-file FILE or set SLUICE_PASSWORD; on a terminal it is asked for.",
  NO_AUTH_ANSWER:
    "The board asked for the password but did not answer to it. | Try again; if it stays, restart the board, and check the Wi-Fi signal there.",
  NOT_ASKED:
    "A password was given, and what answered accepted the image without asking for it: the board is open, or it is not your board. Nothing was sent. | If the board is meant to be open, upload without a password.",
  NO_CONNECT_BACK:
    "The board said yes, but its TCP connection never arrived: something on the way blocks it. | Allow incoming TCP connections for this program in the computer's firewall (--host-port N fixes the port), and be in the board's own network, not in a guest network or behind another router.",
  CONNECTION_LOST:
    "The connection broke in the middle of the transfer. | Try again; the old application is still in place. Check the Wi-Fi signal and the board's supply.",
  NO_RESULT:
    "Every byte was sent, but the board never said OK. | See which version it runs before you try again; it may have restarted into either.",
  UPLOAD_CANCELLED:
    "The upload was cancelled. | The board drops what it has; the old application is still in place.",
  EMPTY_PASSWORD: "The password is empty. | Put the password on the first line of the file.",
  BAD_PARTITION_CSV:
    "A partition table in CSV breaks Espressif's rules. | Mend the line that the message names; boards/partitions/*.csv are examples that hold.",
  PORT_TAKEN:
    "The virtual board cannot listen at a port of this computer. | Another program, perhaps another board, has it: name another with --port or --http, or 0 for a free one.",
  NOTHING_RUNS:
    "Nothing runs on the virtual board, and nothing ever will. | The message names the last thing that it showed. `sluice board` without --state makes a new one; a real board in this state needs the cable: docs/first-flash.md.",
  STATE_OF_ANOTHER_BOARD:
    "The directory holds the flash of another kind of board. | Name another --state directory, or the board that it holds with --board.",
  NO_FIRMWARE_SLOT:
    "The board's flash has no partition that firmware could go to. | Leave the firmware out, or choose a board with a partition table: `npx sluice layout BOARD` shows it.",
  PORT_NOT_OPENED:
    "The serial port cannot be opened. | `sluice flash --list` shows the ports there are; close every other program that uses the port.",
  NO_BOARD_ON_PORT:
    "No boot loader of an ESP chip answers on the port. | Check the port (`sluice flash --list`) and that the cable carries data. Else hold the board's BOOT (FLASH, GPIO0) button, press RESET, let go of both and try again.",
  BOARD_LOCKED:
    "The chip is in secure download mode, its owner has locked it against this. | Take another board: the lock is burnt into the chip.",
  FLASH_TOO_SMALL:
    "The board's flash chip is smaller than the board named has. | Name the board that it is (`sluice boards` lists them); check the module's label.",
  CABLE_LOST:
    "The connection to the board broke in the middle of flashing. | Plug the board in again and run the same command: what is on the board already is skipped. If it stays, take a shorter cable or a lower --baud.",
  FLASH_CANCELLED:
    "Flashing was cancelled. | Run the same command again: what is on the board already is skipped.",
  FLASH_VERIFY_FAILED:
    "What the board's flash holds is not what was written. | Try again with a lower --baud and another cable; if it is the same place again, the flash chip is worn: replace the board.",
  BAD_FIRMWARE_PACKAGE:
    "The firmware package does not hold what this board needs. | Give the .tgz or .zip of an Espruino release, the folder it unpacks to, or one .bin with boot loader and firmware.",
  DOWNLOAD_FAILED:
    "The firmware cannot be fetched from its address. | Fetch it with a browser and give the file to --firmware.",
  ESPRUINO_TOO_OLD:
    "This Espruino is older than Sluice can live with. | Put Espruino 2v26 or newer onto the board (`sluice flash --firmware`): older ones keep Storage at another place.",
  ESPRUINO_TOOLS_MISSING:
    "Talking to a running Espruino needs npm's package `espruino`, which is not installed. | `npm install -g espruino`, or `npm install espruino` in your project. Without it, flash through the chip's boot loader: the same command without --running.",
  NO_ESPRUINO_ON_PORT:
    "No Espruino answers on the port. | Check the port, close other programs that use it, and look whether the board runs Espruino at all. If not, flash it: --firmware instead of --running.",
  STORAGE_NOT_EMPTY:
    "The board's Storage holds files that would be lost. | A board that runs Sluice is updated over the air. Files of your own: save them, then --erase gives them up. A program that runs at the start: flash through the boot loader, without --running.",
  BAD_WIFI_SETTINGS:
    "The board cannot use these Wi-Fi settings. | A network's name has 1 to 31 bytes, its password 8 to 63 characters, on the first line of the file.",
  NOTHING_TO_KEEP:
    "The board's Storage is not laid out for this version of Sluice, so nothing of it could be kept. | Flash it anew, without --recover.",
  UNKNOWN_PATH:
    "The power-cut prover knows no such layout or update path. | The message lists what there is; `sluice prove --quick` shows the layouts with their paths.",
  NO_SERVER_SECRET:
    "An update server without a secret would hand its images and its table to anyone in the network. | Give --token-file FILE, or --user NAME with --password-file FILE, or give boards tokens of their own with `sluice devices token`; --open serves everyone, if that is what you want.",
  BAD_SERVER_CONFIG:
    "The update server's settings cannot be used. | Mend what the message names; docs/server.md shows the shape.",
  DATABASE_UNREACHABLE:
    "The update server's database cannot be used. | Check DATABASE_URL, or that the folder of the database's file can be written; without both it lies in DIR/.sluice.",
  DATABASE_LOST:
    "The update server's database is empty, damaged or another one than before: which boards are blocked or held at a version would be forgotten. | Restore its backup. To start with what is there on purpose, delete the marker file that the message names (DIR/.sluice/database-id), and the database's file when it is damaged. DATABASE_URL or --database missing at this start has the same effect.",
  PORT_IN_USE:
    "The update server cannot listen at its port. | Another program has it, or it needs more rights: name another with --port, or 0 for a free one.",
  BAD_IMAGE_NAME:
    "A file in the folder of images has a name that does not go into a URL or a header. | Rename it: letters, digits, dot, underscore, plus and hyphen, 100 at most.",
  NOT_INSTALLED:
    "The board was sent a whole image and came back without it. | See what it says at its console; an image that a board does not become is not sent more often than --tries says.",
  NEEDS_BOARD:
    'It is not said for which board this is. | Say which one: --board esp32-devkit, or "board" in sluice.json; `sluice boards` lists them.',
  UNKNOWN_DEVICE:
    "There is no such board in the server's table. | `sluice devices list` shows the boards; `sluice devices set MAC` adds one.",
} as const;
