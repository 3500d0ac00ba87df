/** Seconds of media as `1:07.5`. */
export const clock = (seconds, decimals = 1) => {
  const unit = 10 ** decimals;
  const rounded = Math.round(seconds * unit) / unit;
  const rest = (rounded % 60).toFixed(decimals);
  return `${Math.floor(rounded / 60)}:${rest.padStart(decimals ? decimals + 3 : 2, '0')}`;
};

/** A moment as `14:02:11`. */
export const timeOfDay = (time) => new Date(time).toLocaleTimeString('en-GB');

export const percent = (fraction) => `${Math.round(fraction * 1000) / 10} %`;

/** `1 row`, `2 rows`. */
export const count = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** An element with text, never markup. */
export const element = (name, className = '', text = '') => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
};

/** The same for a name in camel case, which may break before its capitals. */
export const nameElement = (tag, className, name) => {
  const made = element(tag, className);
  for (const part of name.split(/(?=[A-Z])/)) made.append(part, document.createElement('wbr'));
  return made;
};
