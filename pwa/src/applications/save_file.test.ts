/** A file on a slow line comes; one on a dead line is given up. Over real sockets. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetched } from './save_file';

let server: Server;
let address = '';

beforeAll(async () => {
  server = createServer((request, reply) => {
    reply.writeHead(200, { 'Content-Type': 'application/pdf' });
    // Four pieces, together slower than a quiet line may be; or one, and then nothing.
    const pieces = request.url === '/slow' ? 4 : 1;
    for (let n = 0; n < pieces; n++) setTimeout(() => reply.write('part'), n * 400);
    if (request.url === '/slow') setTimeout(() => reply.end(), 1_600);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('what goes on coming is waited for, however long it takes', async () => {
  const { answer, bytes } = await fetched(`${address}/slow`, {}, 1_200);
  expect([answer.ok, bytes.type, await bytes.text()]).toEqual([true, 'application/pdf', 'partpartpartpart']);
});

test('what stops coming is given up', async () => {
  const begun = Date.now();
  await expect(fetched(`${address}/dead`, {}, 600)).rejects.toThrow();
  expect(Date.now() - begun).toBeLessThan(5_000);
});
