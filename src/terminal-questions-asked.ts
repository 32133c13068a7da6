/** A question for words. */
export interface Question {
  message: string;
  /** What Enter takes, and what can be edited; empty where nothing is proposed. */
  initial: string;
  /** What Enter does where nothing stands: `Enter skips it`. */
  enter: string;
  /** Whether the answer may have more than one line. */
  long: boolean;
  /** What the editor shows below the text, to be read only. */
  context: readonly string[];
}

export interface Option<T> {
  value: T;
  label: string;
  /** The letter that chooses it at once. */
  key: string | null;
}

/** How somebody is asked. */
export interface Manner {
  /** One question a line, nothing drawn: for screen readers, and for terminals that can do no more. */
  plain: boolean;
  /** Makes a line stand out. */
  strong: (text: string) => string;
  /** The editor for long answers, as a line of sh. */
  editor: string;
}

/** What came of a question: a text, and whether the editor is asked for. */
export interface Given {
  text: string;
  editor: boolean;
}
