// Why a camera, a microphone or a screen could not be had, in terms of what a person can do about it.

export type CaptureError =
  /** The person, or a decision of theirs that the browser remembers, said no. */
  | 'denied_by_user'
  /** The operating system, or the page's own policy, keeps the browser from the device. */
  | 'denied_by_system'
  | 'no_device'
  /** Another program has it, or it does not work. */
  | 'in_use'
  /** Browsers give devices only to https and localhost. */
  | 'insecure_origin'
  /** The device cannot do what was asked of it. */
  | 'overconstrained'
  /** This browser cannot do it at all. */
  | 'unsupported'
  /** The person closed the picker. */
  | 'aborted';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message.toLowerCase() : '');

/** Chromium says "Permission denied by system"; a frame without permission, "… by permissions policy". */
const SYSTEM = /by system|policy/;
/** Chromium's "Permission dismissed": the question was closed without an answer. */
const DISMISSED = /dismiss/;

const notAllowed = (error: unknown): CaptureError => {
  const message = messageOf(error);
  if (SYSTEM.test(message)) return 'denied_by_system';
  return DISMISSED.test(message) ? 'aborted' : 'denied_by_user';
};

/** Names are those of Media Capture and Streams, and the older ones that browsers still throw. */
export const captureErrorOf = (error: unknown, isSecure: boolean): CaptureError => {
  if (!isSecure) return 'insecure_origin';
  switch (error instanceof Error ? error.name : '') {
    case 'NotAllowedError':
    case 'PermissionDeniedError':
    case 'PermissionDismissedError':
      return notAllowed(error);
    case 'SecurityError':
      return 'denied_by_system';
    case 'NotFoundError':
    case 'DevicesNotFoundError':
      return 'no_device';
    case 'NotReadableError':
    case 'TrackStartError':
      return 'in_use';
    case 'OverconstrainedError':
    case 'ConstraintNotSatisfiedError':
      return 'overconstrained';
    case 'AbortError':
    case 'InvalidStateError':
      return 'aborted';
    default:
      return 'unsupported';
  }
};
