import type { CatalogEntry } from "./entry.js";

/** What a board answers; numbers and codes are those of `src/core/errors.ts`. */
export const boardErrors: readonly CatalogEntry[] = [
  {
    code: "FLASH_WRITE_FAILED",
    number: 1,
    sentence: "The flash chip did not take a write.",
    remedy:
      "Try again; if it happens twice at the same place the chip is worn or the supply sags: check the power supply, then replace the board.",
  },
  {
    code: "FLASH_ERASE_FAILED",
    number: 2,
    sentence: "The flash chip did not erase a sector.",
    remedy: "Try again; if it stays, check the power supply, then replace the board.",
  },
  {
    code: "FLASH_READ_FAILED",
    number: 3,
    sentence: "The flash chip could not be read.",
    remedy: "Restart the board and try again; if it stays, replace the board.",
  },
  {
    code: "NOT_ENOUGH_SPACE",
    number: 4,
    sentence: "The image is larger than the slot it has to go into.",
    remedy:
      "Compare the image's size with the room that `sluice layout BOARD --image FILE` shows, with the layouts that firmware would fit; drop what the firmware or application does not need.",
  },
  {
    code: "BAD_SIZE",
    number: 5,
    sentence: "The invitation named a size of zero or no size at all.",
    remedy: "Check that the file is not empty and that the uploader is a current one.",
  },
  {
    code: "STREAM_TIMEOUT",
    number: 6,
    sentence: "No byte of the image came for too long.",
    remedy: "Check the Wi-Fi signal at the board and try again.",
  },
  {
    code: "MD5_MISMATCH",
    number: 7,
    sentence: "The bytes that arrived are not the bytes that were announced.",
    remedy: "Try again; if it stays, something between host and board changes the data.",
  },
  {
    code: "FLASH_CONFIG_WRONG",
    number: 8,
    sentence: "The running firmware was built for a larger flash chip than the board has.",
    remedy: "Flash a firmware built for the real flash size by cable.",
  },
  {
    code: "NEW_FLASH_CONFIG_WRONG",
    number: 9,
    sentence: "The new firmware was built for a larger flash chip than the board has.",
    remedy: "Build the firmware for the real flash size and send it again.",
  },
  {
    code: "BAD_MAGIC_BYTE",
    number: 10,
    sentence: "The file is neither a firmware image nor a Sluice bundle.",
    remedy: "Look at it with `sluice image FILE`; send the .bin or .app that the build made.",
  },
  {
    code: "BAD_BOOT_STATE",
    number: 11,
    sentence: "The chip has not been reset since it was flashed by cable.",
    remedy: "Press reset once, then update again.",
  },
  {
    code: "BAD_SIGNATURE",
    number: 12,
    sentence: "The image's signature does not verify.",
    remedy: "Send an image signed with the key the board trusts.",
  },
  {
    code: "NO_DATA",
    number: 13,
    sentence: "The connection ended before a single byte came.",
    remedy: "Try again; check that nothing on the host closes the connection.",
  },
  {
    code: "OUT_OF_MEMORY",
    number: 14,
    sentence: "The board has too little memory left to take an update.",
    remedy: "Restart the board and update before the application fills its memory.",
  },
  {
    code: "UPDATE_RUNNING",
    number: 15,
    sentence: "Another update is running on this board.",
    remedy: "Wait until it has ended, then try again.",
  },
  {
    code: "UNKNOWN_COMMAND",
    number: 16,
    sentence: "The board has no place for this kind of image.",
    remedy:
      "Check the image's kind with `sluice image FILE`, and what the board can take in its page of the docs.",
  },
  {
    code: "SAFE_STATE_REFUSED",
    number: 17,
    sentence: "The equipment could not be brought to its safe state, so nothing was written.",
    remedy:
      "Read the reason (a valve that sticks, a motor that runs late), mend it or wait as long as it says, and try again.",
  },
  {
    code: "WRONG_ENGINE",
    number: 18,
    sentence: "The bundle was built for another JavaScript engine.",
    remedy: "Build it again for this board: `sluice build DEV --board BOARD`.",
  },
  {
    code: "WRONG_BOARD",
    number: 19,
    sentence: "The image was built for another chip or board family.",
    remedy:
      "Build it again for this board: a bundle with `sluice build DEV --board BOARD`, firmware for the chip that `sluice layout BOARD` names.",
  },
  {
    code: "CORRUPT_BUNDLE",
    number: 20,
    sentence: "The bundle's header or its hash is wrong.",
    remedy: "Build the bundle again and look at it with `sluice image FILE`.",
  },
  {
    code: "TOO_MANY_ATTEMPTS",
    number: 21,
    sentence: "Too many wrong passwords were tried; the board refuses for a while.",
    remedy:
      "Wait as long as the answer says, then use the right password. If you did not try, find out who did.",
  },
  {
    code: "ON_TRIAL",
    number: 22,
    sentence: "The last update is still on trial; taking another one now would leave nothing to return to.",
    remedy:
      "Wait until it has confirmed itself or returned to the old one (a minute at most), then try again.",
  },
  {
    code: "ABORTED",
    number: 23,
    sentence: "The update was broken off before all bytes had come.",
    remedy: "Try again; nothing that runs was touched.",
  },
  {
    code: "PEER_SILENT",
    number: 24,
    sentence: "The other side stopped sending without closing the connection.",
    remedy: "Check the Wi-Fi signal at the board and try again.",
  },
  {
    code: "CONNECT_FAILED",
    number: 25,
    sentence: "The board could not connect back to the uploader's TCP port.",
    remedy: "Allow the port in the host's firewall, or name it with --host-port and forward it.",
  },
  {
    code: "READ_BACK_MISMATCH",
    number: 26,
    sentence: "What was read back from flash is not what was written.",
    remedy: "Try again; if it stays, the flash chip is worn: replace the board.",
  },
  {
    code: "AGENT_TOO_OLD",
    number: 27,
    sentence: "The application needs a newer agent than the board has.",
    remedy:
      "Update the agent first: `sluice build --agent --board BOARD -o agent.app`, then `sluice upload agent.app`.",
  },
  {
    code: "COMMIT_FAILED",
    number: 28,
    sentence: "The image was verified, but the switch to it could not be written.",
    remedy: "Try again; the old application is still in place.",
  },
  {
    code: "AUTH_FAILED",
    number: 29,
    sentence: "The password is wrong, or the answer to the challenge came too late.",
    remedy: "Check the password (SLUICE_PASSWORD, --password-file) and try again.",
  },
  {
    code: "WRONG_KIND",
    number: 30,
    sentence: "The command of the invitation and the kind of image do not go together.",
    remedy: "Send filesystem images with -s (command 100), everything else without.",
  },
  {
    code: "CORRUPT_IMAGE",
    number: 31,
    sentence: "The firmware image is damaged: its structure, checksum or hash is wrong.",
    remedy: "Build or download the image again and look at it with `sluice image FILE`.",
  },
  {
    code: "TRUNCATED_IMAGE",
    number: 32,
    sentence: "The firmware image ends before all of it is there.",
    remedy: "Download or copy the file again; compare its size with the original's.",
  },
  {
    code: "WRONG_REVISION",
    number: 33,
    sentence: "The firmware was built for another revision of the chip.",
    remedy:
      "Build it with a minimum chip revision that the board has (CONFIG_ESP*_REV_MIN), or use a newer board.",
  },
  {
    code: "BAD_PARTITION_TABLE",
    number: 34,
    sentence: "The partition table is missing, damaged or breaks Espressif's rules.",
    remedy: "Flash the board's table by cable; `sluice layout BOARD` shows what it should hold.",
  },
  {
    code: "NOT_POWER_SAFE",
    number: 35,
    sentence:
      "Losing power during this update could leave the board without what it runs, and nobody stands by.",
    remedy:
      "Send it by hand, with somebody at the board, or force it; better, update the app only, or use a layout that docs/power-cuts.md calls safe.",
  },
  {
    code: "OUTSIDE_WINDOW",
    number: 36,
    sentence: "Updates are not allowed at this time of the week.",
    remedy:
      "Come back when the window opens, as the answer says, or let `sluice upload --wait 12h` wait for it; a button on the board, if it has one, arms it at once.",
  },
  {
    code: "NOT_ARMED",
    number: 37,
    sentence: "Somebody at the board has to arm it first.",
    remedy:
      "Press the board's update button, or what else arms it, and send again within the time it stays armed.",
  },
  {
    code: "CLOCK_NOT_SET",
    number: 38,
    sentence: "Updates are allowed at certain hours only, and the board does not know the time.",
    remedy:
      "Give the board a time server (`Wifi.setSNTP`) and network that reaches it, or press its update button if it has one.",
  },
];
