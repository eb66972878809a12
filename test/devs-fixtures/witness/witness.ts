import { type OtaOptions, ota, type SafeStateStep } from "sluice/espruino";

/** Valve 2 of the garden's wiring: it waters from the first moment, so that there is something to make safe. */
const drive = new Pin(26);
const closedSwitch = new Pin(19);

function water(on: boolean): void {
  digitalWrite(drive, on ? 1 : 0);
}

export const valve: SafeStateStep = {
  name: "valve 2",
  deadlineMs: 3000,
  enter: () => water(false),
  check: () => (digitalRead(closedSwitch) === 1 ? true : "closing valve 2"),
  leave: () => water(true),
};

/** Reports every callback as an event `hook`, so that a test can count them. */
function tell(hook: string, text: string): void {
  E.emit("sluice", { event: "hook", hook: hook, text: text });
}

/** @param refuse called in `onStart`, the application's last word before the first write */
export function witness(safeState: SafeStateStep[], refuse: () => void): void {
  pinMode(closedSwitch, "input_pulldown");
  water(true);
  const options: OtaOptions = {
    safeState: safeState,
    onStart: () => {
      tell("onStart", `${ota.getCommand()}`);
      refuse();
    },
    onEnd: () => tell("onEnd", ""),
    onError: (fault) => tell("onError", fault.code),
  };
  ota.begin(options);
}
