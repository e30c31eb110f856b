// Coming on stage as this person sees it: the own hand and invitation, what the own page sends from there, and for those who lead
// the queue of hands and who was asked. Who sits where is a fact of the room (room-facts). Invariant: nothing of this person is
// sent before they said yes.

import type { ParticipantId, UserId } from '../../../shared/ids.ts';
import type { Hand, InvitationEnd, LayoutKind, StageLink, StageSeat, StageSnapshot } from '../../../shared/messages/seats.ts';
import type { EventData } from '../../../shared/messages.ts';
import { can, type Role } from '../../../shared/permissions.ts';
import type { Joined } from '../../live/room-session.ts';
import { m } from '../../text/generated/messages.js';
import { createAct, type Act } from '../interaction/act.ts';
import type { Part, PartDeps } from '../interaction/part.ts';
import type { FeedEvent } from '../interaction/room-feed.ts';
import type { OnStage } from './on-stage.svelte.ts';

export type Invited = StageSnapshot['invited'][number];

/** In a page's address: the key of a link for co-hosts. */
export const STAGE_KEY_PARAM = 'stage';

const ANSWER_WORDS: Record<InvitationEnd, ((about: { readonly name: string }) => string) | null> = {
  accepted: (about) => m.stage_answer_accepted(about),
  declined: (about) => m.stage_answer_declined(about),
  expired: (about) => m.stage_answer_expired(about),
  left: (about) => m.stage_answer_left(about),
  withdrawn: null,
};

const ownSeatIn = (seats: readonly StageSeat[], me: ParticipantId | null): StageSeat | null =>
  seats.find(({ participantId, isHost }) => !isHost && participantId === me) ?? null;

export class Stage implements Part {
  hand = $state.raw<StageSnapshot['hand']>(null);
  invitation = $state.raw<StageSnapshot['invitation']>(null);
  /** For those who moderate, the longest waiting first. */
  hands = $state.raw<readonly Hand[]>([]);
  /** For who leads. */
  invited = $state.raw<readonly Invited[]>([]);
  /** The link for co-hosts that is open; for who leads. */
  link = $state.raw<StageLink | null>(null);
  /** Its key, where it was opened on this page: the server tells it once. */
  linkKey = $state<string | null>(null);
  /** Somebody is asked to lead in the host's place: this person, or, for the host, another one. */
  leadOffer = $state.raw<StageSnapshot['leadOffer']>(null);
  /** This page was opened with a co-hosts' link; null when it was used or put away. */
  claimKey = $state<string | null>(null);
  /** This page's devices for the stage; null until the person gets ready. */
  onStage = $state.raw<OnStage | null>(null);

  readonly #deps: PartDeps;
  readonly #act: Act;
  /** As the newest event says, which is heard before the room's facts have taken it. */
  #own: StageSeat | null = null;
  #isAccepting = false;

  readonly seats: readonly StageSeat[] = $derived.by(() => this.#deps.stage()?.seats ?? []);
  readonly layout = $derived.by(() => this.#deps.stage()?.layout ?? null);
  readonly isOnAir: boolean = $derived.by(() => this.#deps.startedAtMs() !== null);
  /** This page's own seat beside the host. */
  readonly seat: StageSeat | null = $derived.by(() => ownSeatIn(this.seats, this.#deps.participantId()));
  /** This person has a seat, be it in another tab. */
  readonly isSeated: boolean = $derived.by(() => this.seat !== null || this.seats.some(({ userId }) => userId === this.#deps.me()?.userId));

  /** There is something for this person to answer or to work with. */
  readonly isWanted: boolean = $derived(this.seat !== null || this.invitation !== null || (this.claimKey !== null && this.isOnAir));

  constructor(deps: PartDeps, claimKey: string | null = null) {
    this.#deps = deps;
    this.#act = createAct(deps);
    this.claimKey = claimKey;
  }

  joined({ snapshot: { stage } }: Joined): void {
    this.hand = stage.hand;
    this.invitation = stage.invitation;
    this.hands = stage.hands;
    this.invited = stage.invited;
    this.link = stage.link;
    this.leadOffer = stage.leadOffer;
    this.#seatsChanged(stage.seats);
    if (this.#own) this.onStage?.follow(stage.publications);
    else if (!stage.invitation && this.claimKey === null) this.#leave(); // Asked no more while we were away.
  }

  heard({ event, data }: FeedEvent): void {
    if (event === 'hand.raised') this.#handRaised(data.hand);
    if (event === 'hand.lowered') this.#handLowered(data.userId);
    if (event === 'stage.invited') this.invitation = data;
    if (event === 'stage.uninvited') this.#uninvited();
    if (event === 'stage.answered') this.#answered(data);
    if (event === 'stage.changed') this.#seatsChanged(data.seats);
    if (event === 'stagelink.changed') this.#linkChanged(data.link);
    if (event === 'lead.offered') this.leadOffer = data;
    if (event === 'lead.unoffered') this.leadOffer = null;
    if (event === 'lead.answered') this.#leadAnswered(data);
    if (event === 'broadcast.ended') this.#forget();
    if (event === 'role.changed') this.#roleChanged(data.role);
  }

  close(): void {
    this.#leave();
  }

  /** True if the server took it. */
  async raise(why: string): Promise<boolean> {
    const done = (await this.#act('hand.raise', { why })) !== null;
    if (done) this.hand = { why, raisedAtMs: this.hand?.raisedAtMs ?? this.#deps.serverNowMs() };
    return done;
  }

  async lower(): Promise<void> {
    if (await this.#act('hand.lower', {})) this.hand = null;
  }

  /** Opens the devices, seen by nobody yet. */
  async getReady(): Promise<void> {
    const { OnStage: Opened } = await import('./on-stage.svelte.ts');
    // Asked no more meanwhile: no camera goes on that nobody can switch off.
    if (this.isWanted) this.onStage ??= new Opened({ ...this.#deps, hasSeat: () => this.#own !== null });
  }

  async accept(): Promise<void> {
    // The event with the seat may come before the reply, or after it: either makes the sender follow.
    this.#isAccepting = true;
    const isDone = await this.#act('stage.answer', { isAccepted: true });
    this.#isAccepting = false;
    if (!isDone) return this.#leave();
    this.invitation = null;
    this.onStage?.sync();
  }

  async decline(): Promise<void> {
    this.invitation = null;
    this.#leave();
    await this.#act('stage.answer', { isAccepted: false });
  }

  /** With a co-hosts' link; a guest says how to be called. True: the seat is theirs. */
  async claim(name: string): Promise<boolean> {
    const key = this.claimKey;
    if (key === null) return false;
    const done = await this.#act('stage.claim', { key, ...(this.#deps.me() ? {} : { name }) });
    if (!done) return false;
    this.claimKey = null;
    this.onStage?.sync();
    return true;
  }

  putClaimAway(): void {
    this.claimKey = null;
    this.#leave();
  }

  async openLink(guestsAllowed: boolean): Promise<void> {
    const opened = await this.#act('stage.openLink', { guestsAllowed });
    if (opened) this.linkKey = opened.key;
  }

  async handOver(participantId: ParticipantId): Promise<void> {
    const offered = await this.#act('stage.handOver', { participantId });
    if (offered) this.leadOffer = { participantId, expiresAtMs: offered.expiresAtMs };
  }

  async answerLead(isAccepted: boolean): Promise<void> {
    this.leadOffer = null;
    await this.#act('stage.answerLead', { isAccepted });
  }

  /** Back to the audience; the devices go off at once, whatever the server says. */
  async stepDown(): Promise<void> {
    this.#leave();
    await this.#act('stage.stepDown', {});
  }

  closeLink = () => this.#act('stage.closeLink', {});
  takeBack = () => this.#act('stage.takeBack', {});
  dismiss = (userId: UserId) => this.#act('hand.dismiss', { userId });
  withdraw = (userId: UserId) => this.#act('stage.withdraw', { userId });
  bringUp = (participantId: ParticipantId) => this.#act('stage.bringUp', { participantId });
  sendBack = (participantId: ParticipantId) => this.#act('stage.sendBack', { participantId });
  silence = (participantId: ParticipantId) => this.#act('stage.silence', { participantId });
  hide = (participantId: ParticipantId, isHidden: boolean) => this.#act('stage.hide', { participantId, isHidden });
  remove = (participantId: ParticipantId) => this.#act('stage.remove', { participantId });
  setLayout = (kind: LayoutKind, order: readonly ParticipantId[]) => this.#act('layout.set', { kind, order: [...order] });

  async invite(person: Pick<Invited, 'userId' | 'name' | 'displayName'>): Promise<void> {
    const { userId, name, displayName } = person;
    const invited = await this.#act('stage.invite', { userId });
    if (invited) this.invited = [...this.invited.filter((one) => one.userId !== userId), { userId, name, displayName, expiresAtMs: invited.expiresAtMs }];
  }

  #handRaised(hand: Hand): void {
    const isKnown = this.hands.some(({ userId }) => userId === hand.userId);
    this.hands = isKnown ? this.hands.map((one) => (one.userId === hand.userId ? hand : one)) : [...this.hands, hand];
  }

  #handLowered(userId: UserId): void {
    this.hands = this.hands.filter((hand) => hand.userId !== userId);
    if (userId === this.#deps.me()?.userId) this.hand = null;
  }

  /** Expired, taken back, or answered in another tab; our own yes ends it too, before the seat is told. Devices that were made ready go off. */
  #uninvited(): void {
    this.invitation = null;
    if (!this.#isAccepting && !this.#own) this.#leave();
  }

  #answered({ userId, answer }: EventData<'stage.answered'>): void {
    const person = this.invited.find((one) => one.userId === userId);
    this.invited = this.invited.filter((one) => one.userId !== userId);
    const words = ANSWER_WORDS[answer];
    if (person && words) this.#deps.toasts.show(words({ name: person.displayName }), answer === 'accepted' ? { tone: 'good' } : {});
  }

  #linkChanged(link: StageLink | null): void {
    this.link = link;
    if (!link) this.linkKey = null;
  }

  #leadAnswered({ participantId, answer }: EventData<'lead.answered'>): void {
    this.leadOffer = null;
    const name = this.seats.find((one) => one.participantId === participantId)?.displayName;
    if (name === undefined) return;
    if (answer === 'accepted') this.#deps.toasts.show(m.stage_lead_accepted({ name }), { tone: 'good' });
    else this.#deps.toasts.show(m.stage_lead_declined({ name }));
  }

  #seatsChanged(seats: readonly StageSeat[]): void {
    const before = this.#own;
    const own = ownSeatIn(seats, this.#deps.participantId());
    this.#own = own;
    if (own) this.onStage?.sync();
    if (!own && before) {
      this.#deps.toasts.show(m.stage_left());
      this.#leave();
    }
    // Who muted themselves has their microphone off already.
    if (own?.muted && before?.muted === false && this.onStage?.muteIfOn()) this.#deps.toasts.show(m.stage_silenced(), { tone: 'warn' });
  }

  #roleChanged(role: Role): void {
    if (!can(role, 'moderate')) {
      this.hands = [];
      return;
    }
    this.#deps.ask('hand.list', {}).then(({ hands }) => { this.hands = hands; }, () => undefined); // The next snapshot has them too.
  }

  #forget(): void {
    [this.hand, this.invitation, this.hands, this.invited] = [null, null, [], []];
    [this.link, this.linkKey, this.leadOffer] = [null, null, null];
    this.#leave();
  }

  #leave(): void {
    this.#own = null;
    this.onStage?.close();
    this.onStage = null;
  }
}
