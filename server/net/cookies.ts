// The session cookie, read and written in one place.

import { parseCookie, stringifySetCookie } from 'cookie';
import { SESSION_DAYS_MAX } from '../../shared/limits.ts';

/** The prefix makes browsers refuse the cookie from a sub-domain or over plain http, and needs https itself. */
const nameOf = (isHttps: boolean): string => (isHttps ? '__Host-qiao' : 'qiao');

const TOKEN = /^[A-Za-z0-9_-]{16,128}$/;

export const SESSION_MAX_AGE_S = SESSION_DAYS_MAX * 86_400;

/** Null if there is none, or nothing that we could have set. */
export const readSessionToken = (cookieHeader: string, isHttps: boolean): string | null => {
  const token = parseCookie(cookieHeader)[nameOf(isHttps)];
  return token !== undefined && TOKEN.test(token) ? token : null;
};

/** The Set-Cookie header; a null token takes the cookie away. */
export const writeSessionToken = (token: string | null, isHttps: boolean, maxAgeS: number = SESSION_MAX_AGE_S): string =>
  stringifySetCookie({
    name: nameOf(isHttps),
    value: token ?? '',
    maxAge: token === null ? 0 : maxAgeS,
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps,
  });
