// Classes: a door as a state machine
enum State { Closed, Opening, Open, Closing }
type Event = "button" | "end" | "blocked";
const table: { [state: number]: { [event: string]: State } } = {
  [State.Closed]: { button: State.Opening },
  [State.Opening]: { end: State.Open, button: State.Closing },
  [State.Open]: { button: State.Closing },
  [State.Closing]: { end: State.Closed, blocked: State.Opening },
};
class Door {
  state = State.Closed;
  onchange?: (from: string, to: string) => void;
  send(event: Event): void {
    const next = table[this.state]?.[event];
    if (next === undefined) return print(`${event} ignored`);
    this.onchange?.(State[this.state], State[next]);
    this.state = next;
  }
}
const door = new Door();
door.onchange = (from, to) => print(from + " -> " + to);
(["button", "end", "end", "button", "blocked", "end"] as Event[]).forEach(event => door.send(event));
