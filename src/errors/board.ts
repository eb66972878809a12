/** What a board answers: what happened | what to do. The numbers of the codes are in `src/core/fault-words.ts`. */
export const boardErrors = {
  FLASH_WRITE_FAILED:
    "The flash chip did not take a write. | Try again; if it happens twice at the same place the chip is worn or the supply sags: check the power supply, then replace the board.",
  FLASH_ERASE_FAILED:
    "The flash chip did not erase a sector. | Try again; if it stays, check the power supply, then replace the board.",
  FLASH_READ_FAILED:
    "The flash chip could not be read. | Restart the board and try again; if it stays, replace the board.",
  NOT_ENOUGH_SPACE:
    "The image is larger than the slot it has to go into. | Compare the image's size with the room that `sluice layout BOARD --image FILE` shows, with the layouts that firmware would fit; drop what the firmware or application does not need.",
  BAD_SIZE:
    "The invitation named a size of zero or no size at all. | Check that the file is not empty and that the uploader is a current one.",
  STREAM_TIMEOUT:
    "No byte of the image came for too long. | Check the Wi-Fi signal at the board and try again.",
  MD5_MISMATCH:
    "The bytes that arrived are not the bytes that were announced. | Try again; if it stays, something between host and board changes the data.",
  FLASH_CONFIG_WRONG:
    "The running firmware was built for a larger flash chip than the board has. | Flash a firmware built for the real flash size by cable.",
  NEW_FLASH_CONFIG_WRONG:
    "The new firmware was built for a larger flash chip than the board has. | Build the firmware for the real flash size and send it again.",
  BAD_MAGIC_BYTE:
    "The file is neither a firmware image nor a Sluice bundle. | Look at it with `sluice image FILE`; send the .bin or .app that the build made.",
  BAD_BOOT_STATE:
    "The chip has not been reset since it was flashed by cable. | Press reset once, then update again.",
  BAD_SIGNATURE:
    "The image's signature does not verify. | Send an image signed with the key the board trusts.",
  NO_DATA:
    "The connection ended before a single byte came. | Try again; check that nothing on the host closes the connection.",
  OUT_OF_MEMORY:
    "The board has too little memory left to take an update. | Restart the board and update before the application fills its memory.",
  UPDATE_RUNNING: "Another update is running on this board. | Wait until it has ended, then try again.",
  UNKNOWN_COMMAND:
    "The board has no place for this kind of image. | Check the image's kind with `sluice image FILE`, and what the board can take in its page of the docs.",
  SAFE_STATE_REFUSED:
    "The equipment could not be brought to its safe state, so nothing was written. | Read the reason (a valve that sticks, a motor that runs late), mend it or wait as long as it says, and try again.",
  WRONG_ENGINE:
    "The bundle was built for another JavaScript engine. | Build it again for this board: `sluice build DEV --board BOARD`.",
  WRONG_BOARD:
    "The image was built for another chip or board family. | Build it again for this board: a bundle with `sluice build DEV --board BOARD`, firmware for the chip that `sluice layout BOARD` names.",
  CORRUPT_BUNDLE:
    "The bundle's header or its hash is wrong. | Build the bundle again and look at it with `sluice image FILE`.",
  TOO_MANY_ATTEMPTS:
    "Too many wrong passwords were tried; the board refuses for a while. | Wait as long as the answer says, then use the right password. If you did not try, find out who did.",
  ON_TRIAL:
    "The last update is still on trial; taking another one now would leave nothing to return to. | Wait until it has confirmed itself or returned to the old one (a minute at most), then try again.",
  ABORTED: "The update was broken off before all bytes had come. | Try again; nothing that runs was touched.",
  PEER_SILENT:
    "The other side stopped sending without closing the connection. | Check the Wi-Fi signal at the board and try again.",
  CONNECT_FAILED:
    "The board could not connect back to the uploader's TCP port. | Allow the port in the host's firewall, or name it with --host-port and forward it.",
  READ_BACK_MISMATCH:
    "What was read back from flash is not what was written. | Try again; if it stays, the flash chip is worn: replace the board.",
  AGENT_TOO_OLD:
    "The application needs a newer agent than the board has. | Update the agent first: `sluice build --agent --board BOARD -o agent.app`, then `sluice upload agent.app`.",
  COMMIT_FAILED:
    "The image was verified, but the switch to it could not be written. | Try again; the old application is still in place.",
  AUTH_FAILED:
    "The password is wrong, the answer to the challenge came too late, or the board takes it from `sluice upload` only. | Check the password (SLUICE_PASSWORD, --password-file) and try again; for espota.py, Arduino IDE and PlatformIO the board has to be set up with --lax-auth.",
  WRONG_KIND:
    "The image is of another kind than what the board was offered, or not the one that its poll is for. | Send filesystem images with -s (command 100), everything else without. A poll takes the application that runs, unless `product` of ota.pull names another, and with `newerOnly` nothing older.",
  CORRUPT_IMAGE:
    "The firmware image is damaged: its structure, checksum or hash is wrong. | Build or download the image again and look at it with `sluice image FILE`.",
  TRUNCATED_IMAGE:
    "The firmware image ends before all of it is there. | Download or copy the file again; compare its size with the original's.",
  WRONG_REVISION:
    "The firmware was built for another revision of the chip. | Build it with a minimum chip revision that the board has (CONFIG_ESP*_REV_MIN), or use a newer board.",
  BAD_PARTITION_TABLE:
    "The partition table is missing, damaged or breaks Espressif's rules. | Flash the board's table by cable; `sluice layout BOARD` shows what it should hold.",
  NOT_POWER_SAFE:
    "Losing power during this update could leave the board without what it runs, and nobody stands by. | Send it by hand, with somebody at the board, or force it; better, update the app only, or use a layout that docs/power-cuts.md calls safe.",
  OUTSIDE_WINDOW:
    "Updates are not allowed at this time of the week. | Come back when the window opens, as the answer says, or let `sluice upload --wait 12h` wait for it; a button on the board, if it has one, arms it at once.",
  NOT_ARMED:
    "Somebody at the board has to arm it first. | Press the board's update button, or what else arms it, and send again within the time it stays armed.",
  NOT_SIGNED:
    "The board, or its gateway, takes signed releases only, and this image has no signature, or one in another form. | Sign it with a key that the board trusts: `sluice sign FILE --key NAME --counter N`.",
  KEY_UNKNOWN:
    "The release is signed by a key that the board does not trust. | Sign it with the key that the board was given (`sluice flash --trust`, `sluice gateway --trust`), or with one that the release which runs there has introduced.",
  OLDER_RELEASE:
    "A release with a higher counter runs on the board. | Sign with a counter at least as high; to go back on purpose, `sluice sign --recall`.",
  RELEASE_EXPIRED: "The release was not to be installed after a date that has passed. | Sign it again.",
  WRONG_RELEASE:
    "The signature is another image's, or the board runs an application of another name. | Send the file as `sluice sign` wrote it; to replace an application by another one, `sluice sign --recall`.",
  CLOCK_NOT_SET:
    "Updates are allowed at certain hours only, or the release expires, and the board does not know the time. | Give the board a time server (`Wifi.setSNTP`) and network that reaches it, or press its update button if it has one.",
} as const;

/** What a board reports of a poll. The numbers are in `src/core/pull/result.ts`: ESPhttpUpdate's, or Sluice's own from -120 on. */
export const pullErrors = {
  HTTP_CONNECTION_FAILED:
    "The board could not connect to the update server. | Check that `sluice serve` runs, that its port is open, and that the address in `ota.pull` is right.",
  HTTP_CONNECTION_LOST:
    "The server closed the connection before it had answered. | Look at the server's log; a proxy or firewall between may cut connections.",
  HTTP_NO_SERVER:
    "What answered does not speak HTTP/1, or its head is malformed. | Check port and scheme: an https server does not answer http.",
  HTTP_ENCODING:
    "The image comes with a Content-Encoding. | Turn compression on the fly off for images, in the server or in the proxy before it.",
  HTTP_READ_TIMEOUT:
    "The server took the request and then said nothing for ten seconds. | Look at the server's log and the Wi-Fi signal at the board.",
  HTTP_NO_SIZE:
    "The server did not say how long the image is, or said it in two ways. | Have it send Content-Length, not chunks; `sluice serve` does.",
  HTTP_NOT_FOUND:
    "The server has no image under that path for this board. | `sluice images DIR` lists what it has; see docs/server.md for which image is whose.",
  HTTP_FORBIDDEN:
    "The server does not serve this board. | `sluice devices list` shows whether it is blocked.",
  HTTP_WRONG_CODE:
    "The server answered with a status that an updater does not know, or redirected where the board does not follow. | The detail names the status or the redirect; docs/server.md lists what each status means.",
  HTTP_WRONG_MD5: "The server's x-MD5 or x-SHA256 is no hash. | Mend the server: 32 and 64 hex digits.",
  HTTP_UNAUTHORIZED:
    "The server wants another token, or user and password. | Check `token`, or `user` and `password`; a board with a token of its own must show that one.",
  HTTP_NO_VERSION:
    "The server did not say which version it has. | It has to answer mode `version` with x-version; `sluice serve` does where the file says its version.",
  PULL_BAD_OPTIONS: "No poll can be made of these options. | The detail says what is wrong with the address.",
  HTTP_HEAD_TOO_LARGE:
    "The head of the server's answer is longer than 8 KB, or one line of it than 2 KB. | Have the server, or the proxy before it, send fewer headers.",
  IMAGE_CHANGED:
    "The server has another image than a moment ago; nothing of the two was mixed. | Nothing to do: the next poll takes the new one.",
} as const;
