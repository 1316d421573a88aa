/** What a caller of the simulator, in code or at the control door, got wrong. */
export class SimulatorInputError extends Error {
  /** The offending field, as the caller wrote it. */
  readonly field: string;

  constructor(field: string, message: string) {
    super(`${field}: ${message}`);
    this.name = "SimulatorInputError";
    this.field = field;
  }
}
