// Why a camera, microphone or screen did not start, by what the browser threw. Pure: the words are in web/text.

export type FaultKind = 'denied' | 'system' | 'missing' | 'busy' | 'constraints' | 'insecure' | 'unsupported' | 'unknown';
