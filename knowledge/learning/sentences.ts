/** The sentences of a line. Numbers with points, addresses and abbreviations do not end one. */
export const sentencesOf = (line: string): string[] =>
  line
    .split(/(?<=[.!?…。！？]["”’)\]]?)\s+(?=["“‘([]?[\p{Lu}\p{Lo}\p{N}*_`#])/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
