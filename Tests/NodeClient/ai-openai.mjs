// Vercel's AI SDK with its provider for OpenAI.
import { createOpenAI } from '@ai-sdk/openai';
import { reportOn } from './ai.mjs';
import { apiKey, baseURL, fetchOverWire } from './common.mjs';

await reportOn('openai', '@ai-sdk/openai', createOpenAI({ baseURL, apiKey, fetch: fetchOverWire }));
