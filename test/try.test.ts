import { it } from 'vitest';
import { openWeatherLab } from './weather-lab.ts';
it.each(['create','update','create','update'] as const)('%s', async (act) => {
  let t = Date.now();
  const lap = (what: string) => { console.log(act, what, Date.now() - t); t = Date.now(); };
  const lab = await openWeatherLab(act);
  lap('open');
  const v = lab.account.sandbox.world.clock.now();
  const record = await lab.deploy();
  lap('deploy');
  console.log(record.outcome, record.message, record.calls, (lab.account.sandbox.world.clock.now().getTime() - v.getTime())/1000);
  console.log(JSON.stringify(await lab.endState()));
  const ops = lab.account.sandbox.journal.slice(-record.calls).map(({service,operation})=>service+' '+operation);
  console.log(ops.length, [...new Set(ops)].join(', '));
  await lab.close();
  lap('close');
});
