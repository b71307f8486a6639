export { createInProcessLimiter } from './in-process-limiter.js';
export { type IntakeAnswer, type IntakeAsk, type IntakeLimiter } from './intake-limiter.js';
export { createRedisLimiter, type RedisLimiterOptions } from './redis-limiter.js';
