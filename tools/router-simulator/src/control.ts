import fastify from 'fastify';
import { z } from 'zod';
import type { CallLog } from './call-log.js';
import { faultSchema } from './fault.js';
import { type RouterConfig, routerConfigSchema } from './router-config.js';
import { applyChange, changeSchema, refuseChange } from './router-change.js';
import type { Router } from './router.js';

export interface Control {
  readonly port: number;
  stop(): Promise<void>;
}

/** What `GET /calls` and `GET /records` may be asked for. */
const querySchema = z.strictObject({ router_id: z.string().optional() });

/**
 * HTTP on 127.0.0.1: `GET|POST /routers`, `GET|PATCH /routers/ID`, `GET|POST|DELETE /routers/ID/faults`,
 * `POST /routers/ID/power-off`, `POST /routers/ID/power-on`, `GET /calls?router_id=ID` and `GET /records?router_id=ID` (with
 * going away and returning). Bodies are JSON; what does not fit its schema is answered with 400 and the reason.
 */
export async function startControl(
  routers: ReadonlyMap<string, Router>,
  add: (config: RouterConfig) => Promise<Router>,
  log: CallLog,
  port: number,
): Promise<Control> {
  const app = fastify();
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof z.ZodError) return reply.code(400).send({ error: z.prettifyError(error) });
    if (error instanceof BadChange) return reply.code(400).send({ error: error.message });
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
  app.post('/routers', async ({ body }, reply) => {
    const config = routerConfigSchema.parse(body);
    if (routers.has(config.routerId)) throw new BadChange(`router ${config.routerId} is simulated already`);
    const router = await add(config).catch((error: unknown) => {
      throw new BadChange(`router ${config.routerId} cannot listen: ${(error as Error).message}`);
    });
    return reply.code(201).send(router.snapshot());
  });
  app.get('/routers/:id', ({ params }) => find(params).snapshot());
  app.patch('/routers/:id', ({ params, body }) => {
    const router = find(params);
    const change = changeSchema.parse(body);
    const refusal = refuseChange(router.device, change);
    if (refusal !== undefined) throw new BadChange(refusal);
    applyChange(router.device, change);
    return router.snapshot();
  });
  app.get('/routers/:id/faults', ({ params }) => {
    const { faults, struck } = find(params).snapshot();
    return { faults, struck };
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
  app.post('/routers/:id/power-off', ({ params }) => {
    const router = find(params);
    router.powerOff();
    return router.snapshot();
  });
  app.post('/routers/:id/power-on', async ({ params }) => {
    const router = find(params);
    await router.powerOn();
    return router.snapshot();
  });
  app.get('/calls', ({ query }) => log.calls(querySchema.parse(query).router_id));
  app.get('/records', ({ query }) => {
    const { router_id: id } = querySchema.parse(query);
    return log.records().filter((record) => id === undefined || record.router_id === id);
  });

  await app.listen({ host: '127.0.0.1', port });
  const address = app.server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    stop: () => app.close(),
  };
}

class UnknownRouter extends Error {}
class BadChange extends Error {}
