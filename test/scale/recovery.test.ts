import { test } from 'vitest';
import { recover } from './recovery.js';
test('x', async () => {
  const N = +(process.env.N ?? 10000);
  for (const o of [{}, { capacity: 1000*N/100000 }, { capacity: 1000*N/100000, retryAfter: '120' }, { network: true }, { network: true, capacity: 1000*N/100000 }]) {
    const t = Date.now();
    const r = await recover({ clients: N, lasts: 7_200_000, requests: 3, ...o });
    console.log(JSON.stringify(o), JSON.stringify(r), Date.now() - t, process.memoryUsage().heapUsed>>20);
  }
}, 300_000);
