const led = new Pin(2);
let on = false;

setInterval(() => {
  on = !on;
  digitalWrite(led, on);
}, 500);
