// Sensors: pulses of a flow meter, by a closure
function meter(litresPerPulse) {
  let pulses = 0;
  return { pulse() { pulses++; }, get litres() { return pulses * litresPerPulse; }, reset() { const was = pulses; pulses = 0; return was; } };
}
const water = meter(0.25);
for (let i = 0; i < 6; i++) water.pulse();
print(water.litres); print(water.reset()); print(water.litres);
