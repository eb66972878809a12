import type { User12Layout } from "./layout.js";

/** boot_v1.6 with two slots; firmware comes through Espruino's own port 88, driven by the host. */
export function userSlots(map: number, user2: number, maxImage: number): User12Layout {
  return {
    kind: "user12",
    map,
    bootVersion: 6,
    user2,
    maxImage,
    powerSafety: "safe",
    powerReason:
      "a new image goes into the slot that does not run, and the parameters are switched from one copy to the other: a cut leaves the old image or the new one",
  };
}

/** The 512 KB build fills the chip with user1. */
export function userOneOnly(maxImage: number): User12Layout {
  return {
    ...userSlots(0, 0, maxImage),
    powerReason: "firmware is never written over the air here",
    refusal: "512 KB of flash hold one firmware: not enough room for old and new",
  };
}
