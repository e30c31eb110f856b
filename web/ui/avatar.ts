// What stands for a person without a picture: a letter and a colour, always the same for the same name.

/** The first character as people count them: an emoji or a letter with its accents is one. */
export const firstLetter = (name: string): string => {
  const [first] = new Intl.Segmenter().segment(name.trim());
  return (first?.segment ?? '?').toLocaleUpperCase();
};

/** A hue in degrees, in steps that can be told apart. */
export const hueOf = (name: string): number => {
  let sum = 0;
  for (const unit of name) sum = (sum * 31 + (unit.codePointAt(0) ?? 0)) % 65_521;
  return (sum % 12) * 30;
};
