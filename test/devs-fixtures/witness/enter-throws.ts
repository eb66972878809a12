import { valve, witness } from "./witness.js";

const heater = {
  name: "heater",
  deadlineMs: 1000,
  enter: () => {
    throw new Error("relay board does not answer");
  },
  check: (): true => true,
  leave: () => {},
};
witness([valve, heater], () => {});
