// Vercel's AI SDK with its provider for Azure. Given a resource's name, it builds Azure's own address, api-version and all; that leads here.
import { createAzure } from '@ai-sdk/azure';
import { reportOn } from './ai.mjs';
import { apiKey, baseURL, fetchOverWire } from './common.mjs';

const azure = 'https://local.openai.azure.com/openai/v1';
const fetchFromAzure = (url, init) => fetchOverWire(url.replace(azure, baseURL), init);
await reportOn('azure', '@ai-sdk/azure', createAzure({ resourceName: 'local', apiKey, fetch: fetchFromAzure }));
