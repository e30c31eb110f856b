// For the container image: exit code 0 if the server in this container answers that it is well.
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';

const ANSWER_WITHIN_MS = 4_000;

const secure = Boolean(process.env['TLS_CERT']);
const request = secure ? requestSecure : requestPlain;
// The certificate is for the public name, and this asks by address.
const options = { host: '127.0.0.1', port: process.env['PORT'] || 3000, path: '/healthz', timeout: ANSWER_WITHIN_MS, rejectUnauthorized: false };

request(options, (response) => process.exit(response.statusCode === 200 ? 0 : 1))
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1))
  .end();
