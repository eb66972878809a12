import { valve, witness } from "./witness.js";

/** Needs longer than any uploader waits: the board answers when to come back. */
let until = 0;
const boiler = {
  name: "boiler",
  deadlineMs: 30000,
  enter: () => {
    until = getTime() + 20;
  },
  check: (): true | string => (getTime() >= until ? true : "boiler cooling down"),
  leave: () => {},
};
witness([valve, boiler], () => {});
