import fastify from 'fastify';
import { NAME_PATTERN } from '@vecino/foundation';
import { z } from 'zod';
import type { CallLog } from './call-log.js';
import { faultSchema } from './fault.js';
import type { Router } from './router.js';

export interface Control {
  readonly port: number;
  stop(): Promise<void>;
}

const changeSchema = z.strictObject({
  runningVersion: z.string().regex(NAME_PATTERN).optional(),
  installedVersions: z.array(z.string().regex(NAME_PATTERN)).optional(),
  activationFailMessage: z.string().optional(),
});

/**
 * HTTP on 127.0.0.1: `GET /routers`, `GET|PATCH /routers/ID`, `POST|DELETE /routers/ID/faults`, `POST /routers/ID/power-on`,
 * `GET /calls?router_id=ID`. Bodies are JSON; what does not fit its schema is answered with 400.
 */
export async function startControl(
  routers: ReadonlyMap<string, Router>,
  log: CallLog,
  port: number,
): Promise<Control> {
  const app = fastify();
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof z.ZodError) return reply.code(400).send({ error: z.prettifyError(error) });
    if (error instanceof UnknownRouter) return reply.code(404).send({ error: error.message });
    return reply.send(error);
  });
  const find = (params: unknown): Router => {
    const { id } = z.object({ id: z.string() }).parse(params);
    const router = routers.get(id);
    if (router === undefined) throw new UnknownRouter(`router ${id} is not simulated`);
    return router;
  };

  app.get('/routers', () => [...routers.values()].map((router) => router.snapshot()));
  app.get('/routers/:id', ({ params }) => find(params).snapshot());
  app.patch('/routers/:id', ({ params, body }) => {
    const router = find(params);
    const change = changeSchema.parse(body);
    change.installedVersions?.forEach((version) => router.device.installed.add(version));
    if (change.runningVersion !== undefined) router.device.setRunning(change.runningVersion);
    if (change.activationFailMessage !== undefined) {
      router.device.activationFailMessage = change.activationFailMessage;
    }
    return router.snapshot();
  });
  app.post('/routers/:id/faults', ({ params, body }) => {
    const router = find(params);
    router.faults.add(faultSchema.parse(body));
    return router.snapshot();
  });
  app.delete('/routers/:id/faults', ({ params }) => {
    const router = find(params);
    router.faults.clear();
    return router.snapshot();
  });
  app.post('/routers/:id/power-on', async ({ params }) => {
    const router = find(params);
    await router.powerOn();
    return router.snapshot();
  });
  app.get('/calls', ({ query }) => {
    const { router_id } = z.object({ router_id: z.string().optional() }).parse(query);
    return log.calls(router_id);
  });

  await app.listen({ host: '127.0.0.1', port });
  const address = app.server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    stop: () => app.close(),
  };
}

class UnknownRouter extends Error {}
