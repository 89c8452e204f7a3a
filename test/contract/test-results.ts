/** What vitest's JSON reporter writes, as far as it is read here. */
export interface TestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly FileResult[];
}

export interface FileResult {
  /** Path of the test file, absolute. */
  readonly name: string;
  readonly status: string;
  /** Why the file as a whole failed, for example because it could not be loaded; otherwise empty. */
  readonly message: string;
  readonly assertionResults: readonly AssertionResult[];
}

export interface AssertionResult {
  readonly ancestorTitles: readonly string[];
  readonly title: string;
  readonly status: string;
  /** One for each try that failed, with its stack. */
  readonly failureMessages?: readonly string[];
}
