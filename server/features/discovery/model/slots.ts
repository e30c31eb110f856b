// Numbers for names: a bounded table from ids to slots of typed arrays. A full table gives the slot of whoever was used longest ago
// to the newcomer. A `ref` names slot and tenant, so a reference kept elsewhere to an earlier tenant is recognised as stale.

export type Slots = ReturnType<typeof createSlots>;

export const createSlots = (capacity: number, isHeld: (slot: number) => boolean, cleared: (slot: number) => void) => {
  const slotOf = new Map<string, number>();
  const names: string[] = [];
  const refs = new Float64Array(capacity);
  let used = 0;

  /** The oldest that is not held; the order of a Map is the order of use, since `touch` puts names at its end. */
  const freed = (): number => {
    for (const [name, slot] of slotOf) {
      if (isHeld(slot)) continue;
      slotOf.delete(name);
      return slot;
    }
    return -1;
  };

  return {
    capacity,
    /** The slot, or -1 when the name is unknown. */
    find: (name: string): number => slotOf.get(name) ?? -1,
    /** The slot, made when needed; -1 when all are held. */
    touch(name: string): number {
      const known = slotOf.get(name);
      if (known !== undefined) {
        slotOf.delete(name);
        slotOf.set(name, known);
        return known;
      }
      const slot = used < capacity ? used++ : freed();
      if (slot < 0) return -1;
      refs[slot] = (refs[slot] ?? 0) + capacity + (refs[slot] === 0 ? slot : 0);
      names[slot] = name;
      slotOf.set(name, slot);
      cleared(slot);
      return slot;
    },
    nameOf: (slot: number): string => names[slot] ?? '',
    refOf: (slot: number): number => refs[slot] ?? 0,
    /** The slot of a reference, or -1 when somebody else has it now. */
    at(ref: number): number {
      const slot = ref % capacity;
      return refs[slot] === ref ? slot : -1;
    },
    size: (): number => slotOf.size,
  };
};
