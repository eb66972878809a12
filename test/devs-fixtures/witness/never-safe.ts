import { valve, witness } from "./witness.js";

const boiler = {
  name: "boiler",
  deadlineMs: 2000,
  enter: () => {},
  check: () => "boiler cooling down",
  leave: () => {},
};
witness([valve, boiler], () => {});
